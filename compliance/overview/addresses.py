"""Where the pages of other features are: records go by code or reference, so overviews link without asking twice."""

from urllib.parse import quote, urlencode


def site(code: str) -> str:
    return f"/sites/{quote(code)}"


def vendor(code: str) -> str:
    return f"/vendors/{quote(code)}"


def cell(code: str, prefix: str) -> str:
    """The result of one site on one playbook."""
    return f"/network/{quote(code)}/{quote(prefix)}"


def playbook(key: str, site_code: str = "") -> str:
    return f"/playbooks/{quote(key)}" + (f"?site={quote(site_code)}" if site_code else "")


def override(key: str, scope: str, number: int) -> str:
    return f"/overrides/{quote(key)}/{quote(scope)}/{number}"


def version(key: str, number: str, *, in_review: bool = False) -> str:
    """A version of a playbook; one in review where it is reviewed."""
    return f"/playbooks/{quote(key)}/versions/{quote(number)}" + ("/review" if in_review else "")


def drift(key: str, scope: str, number: int) -> str:
    """An override beside what moved above it."""
    return f"/drift/{quote(key)}/{quote(scope)}/{number}"


def effective(key: str, site_code: str) -> str:
    """A playbook as it holds at a site."""
    return f"/playbooks/{quote(key)}/at/{quote(site_code)}"


def adoption(key: str, number: str, site_code: str = "", vendor: str = "") -> str:
    """A version on its way into the sites, or into one of them."""
    url = f"/adoption/{quote(key)}/{quote(number)}" + (f"/{quote(site_code)}" if site_code else "")
    return url + (f"?vendor={quote(vendor)}" if vendor else "")


def translations(key: str, language: str) -> str:
    """A playbook in one language."""
    return f"/playbooks/{quote(key)}/translations/{quote(language)}"


def audit(reference: str) -> str:
    return f"/audits/{quote(reference)}"


def held(reference: str) -> str:
    return f"/held/{quote(reference)}"


def finding(reference: str) -> str:
    return f"/findings/{quote(reference)}"


def waiver(reference: str) -> str:
    return f"/waivers/{quote(reference)}"


def action(reference: str) -> str:
    return f"/actions/{quote(reference)}"


def continuity_plan(reference: str) -> str:
    return f"/continuity/plans/{quote(reference)}"


def exercise(reference: str) -> str:
    return f"/continuity/exercises/{quote(reference)}"


def listing(feature: str, **filters: object) -> str:
    """A list of a feature ("findings") narrowed by filters; those without a value are left out."""
    kept = {name: str(value) for name, value in filters.items() if value not in (None, "", False)}
    return f"/{feature}" + (f"?{urlencode(kept)}" if kept else "")
