/* The end: what is missing, what it raises, the closing meeting, the signature, and the receipt of the server. */

import {
  alertLine,
  clockTime,
  clone,
  counted,
  link,
  make,
  patch,
  places,
  refuse,
  renew,
  say,
  section,
  stateTag,
  tag,
} from "./parts.js";
import { bind, setValue } from "./saving.js";
import { closedWhy, progressWords, valueOf } from "./sections.js";
import { Pad } from "./signing.js";
import { findings, needRow, needs, receipt, results, statement } from "./summary.js";

export async function show(app, ref) {
  let state = await app.field.open(ref);
  const made = clone("finish"),
    place = places(made),
    closed = done(state);
  const draw = () => drawAll(app, place, ref, state);
  const fields = [...made.querySelectorAll("[data-field]")];
  const told = (how, at) =>
    renew(
      place.saved,
      how === "saved"
        ? tag(`Saved on tablet ${clockTime(at)}`, "tablet")
        : how === "lost" || how === "refused"
          ? tag(how === "lost" ? "NOT SAVED" : at, "x-octagon-fill", "bad")
          : null,
    );
  for (const field of fields) {
    if (closed) field.readOnly = true;
    else bind(field, app.saving, ref, "", { told, parse: field.type === "date" ? (text) => text || null : undefined });
  }
  asked(made, place, state.work);
  const pad = closed ? null : signature(app, place, { ref, kind: state.work.kind }, draw);
  draw();
  return {
    title: `Finish ${ref}`,
    main: [made],
    back: { href: `#/${ref}`, label: ref },
    shown: () => {
      pad?.fit();
      for (const field of fields) setValue(field, valueOf(state, "", field.dataset.field), app.saving, ref, "");
    },
    async refresh(of) {
      if (of.length && of.every((each) => each.work && each.work !== ref)) return;
      state = await app.field.open(ref);
      if (Boolean(done(state)) !== Boolean(closed)) {
        app.reload();
        return;
      }
      for (const field of fields) setValue(field, valueOf(state, "", field.dataset.field), app.saving, ref, "");
      draw();
    },
    leave: () => pad?.leave(),
  };
}

/** Which closing fields this kind of work has, in its own words. */
function asked(made, place, work) {
  for (const field of made.querySelectorAll("[data-field]"))
    field.closest(".pl-field").hidden = Boolean(work.closing) && !work.closing.includes(field.dataset.field);
  if (work.kind !== "exercise") return;
  place["closing-h"].textContent = "The exercise as a whole";
  made.querySelector("[for=f-meeting_on]").textContent = "Held on";
  made.querySelector("[for=f-conclusion]").textContent = "What happened, in order";
  made.querySelector("#h-conclusion").textContent = "So that somebody who was not there can follow it.";
}

/** After the signature nothing is entered any more. */
const done = (state) => closedWhy(state) || (state.work.signed ? "Signed" : "");

function drawAll(app, place, ref, state) {
  place.title.textContent = `Finish ${state.work.site?.code || ""} ${state.work.title}`.replace("  ", " ");
  patch(place.state, state.state ? stateTag(state.state, true) : null);
  say(place.meta, `${ref}, ${progressWords(state.progress)}`);
  patch(place.acts, link("Back to the checklist", `#/${ref}`, { glyph: "list-check", key: "list" }));
  patch(place.receipt, receipt(state));
  const open = done(state) ? [] : needs(state);
  patch(
    place.needs,
    open.length
      ? section(
          `What signing still needs (${open.length})`,
          make("ul", { class: "pl-field-rows" }, ...open.map((each) => needRow(ref, each))),
        )
      : null,
  );
  patch(place.results, results(state));
  patch(place.findings, findings(state, ref));
  say(place["whose-day"], state.work.site?.name ? `${state.work.site.name} date.` : "");
  place.signing.hidden = Boolean(done(state));
  say(place.statement, statement(state));
  const why = whyNot(app, state, open);
  refuse(place.sign, why, place.why);
}

function whyNot(app, state, open) {
  const { lead } = state.work;
  if (lead && lead.id !== app.field.user.id) return `The lead auditor, ${lead.name}, signs this work.`;
  if (app.saving.lost.length) return "Something on this tablet is not saved yet. Settle that first.";
  if (open.length)
    return `${counted(open.length, "thing")} ${open.length === 1 ? "is" : "are"} still missing, listed above.`;
  return "";
}

function signature(app, place, { ref, kind }, draw) {
  const pad = new Pad(place.pad, () => say(place.drawn, ""));
  place.name.value = app.field.user.name;
  place.role.value = kind === "exercise" ? "Observer" : "Lead auditor";
  place.again.addEventListener("click", () => {
    pad.clear();
    say(place.drawn, "Cleared");
  });
  place.typed.addEventListener("click", () => {
    if (!place.name.value.trim()) {
      say(place.drawn, "Write your name above first.");
      place.name.focus();
      return;
    }
    pad.write(place.name.value.trim());
    say(place.drawn, "Signed by name");
  });
  place.sign.addEventListener("click", async () => {
    await app.saving.flush();
    const state = await app.field.open(ref),
      refused =
        whyNot(app, state, needs(state)) ||
        (pad.empty ? "Sign in the box first." : "") ||
        (place.name.value.trim() ? "" : "Write your name above the box.");
    if (refused) {
      renew(place.problem, alertLine(refused, "bad"));
      return;
    }
    try {
      await app.field.sign(ref, {
        closing: closing(state),
        signature: {
          ...(await pad.taken()),
          name: place.name.value.trim(),
          role: place.role.value.trim(),
          statement: statement(state),
        },
      });
      app.say("Signed, waiting to send");
      app.reload();
    } catch (error) {
      renew(place.problem, alertLine(`Not signed. ${error.message}`, "bad"));
      draw();
    }
  });
  return pad;
}

function closing(state) {
  const names = state.work.closing || [
    "meeting_on",
    "acknowledged_by",
    "refusal_note",
    "not_assessed_reason",
    "conclusion",
  ];
  return Object.fromEntries(names.map((name) => [name, valueOf(state, "", name)]));
}
