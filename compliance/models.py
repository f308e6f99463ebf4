"""Every table of the product in one import, for migrations and for nothing else."""

from compliance import journal, references
from compliance.accounts import models as accounts
from compliance.actions import models as actions
from compliance.audits import models as audits
from compliance.audits.field import models as field
from compliance.continuity import models as continuity
from compliance.files import models as files
from compliance.findings import models as findings
from compliance.network import models as network
from compliance.playbooks import models as playbooks
from compliance.playbooks.adoption import models as adoption
from compliance.playbooks.drafting import models as drafting
from compliance.playbooks.governing import models as governing
from compliance.playbooks.holding import models as holding
from compliance.playbooks.localising import models as localising
from compliance.playbooks.translations import models as translations
from compliance.playbooks.waivers import models as waivers
from compliance.reports import models as reports

__all__ = ["accounts", "actions", "adoption", "audits", "continuity", "drafting", "field", "files", "findings",
           "governing", "holding", "journal", "localising", "network", "playbooks", "references", "reports",
           "translations", "waivers"]
