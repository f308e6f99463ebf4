/* One clause per card: the rule, the answer, and the ways to the clause before, the next open one and the one after. */

import { Answering } from "./answering.js";
import { icon, link, make, patch } from "./parts.js";
import { readingOf, rule } from "./rule.js";
import { closedWhy, nextUnanswered, order, sectionBar } from "./sections.js";

export async function show(app, ref, id) {
  let state = await app.field.open(ref),
    reading = readingOf(ref);
  if (!state.items[id]) throw new Error(`${id} is not part of ${ref}.`);
  app.field.remember(ref, id).catch(() => {
    /* the address of the page still holds the place */
  });
  const chose = (lang) => {
    reading = lang;
  };
  const answering = new Answering(app, { ref, id, state, reading: () => reading });
  let frame = frameOf(state);
  return {
    title: `${id} ${state.items[id].title}`,
    main: [rule(state, ref, id, chose), answering.made],
    mainClass: "pl-card",
    back: { href: `#/${ref}`, label: ref },
    sections: sectionBar(state, ref, id),
    foot: foot(state, ref, id),
    shown: () => {
      answering.paint();
      document.querySelector(".pl-progress [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    },
    async refresh(told) {
      if (told.length && told.every((each) => each.work && each.work !== ref)) return;
      state = await app.field.open(ref);
      if (Boolean(closedWhy(state)) !== Boolean(answering.closed)) {
        app.reload();
        return;
      }
      answering.refresh(state);
      if (frameOf(state) === frame) return;
      frame = frameOf(state);
      patch(document.getElementById("sections"), ...sectionBar(state, ref, id));
      patch(document.getElementById("foot"), ...foot(state, ref, id));
    },
    leave: () => answering.leave(),
  };
}

const frameOf = (state) => JSON.stringify([state.progress, state.sectionsProgress, nextUnanswered(state)]);

function foot(state, ref, id) {
  const all = order(state),
    at = all.indexOf(id),
    to = (item) => `#/${ref}/${encodeURIComponent(item)}`;
  const jump = nextUnanswered(state, id),
    next = all[at + 1];
  const before = at > 0 ? link(all[at - 1], to(all[at - 1]), { glyph: "chevron-left", key: "before" }) : make("span");
  const middle = jump
    ? make(
        "a",
        { class: "mid btn btn-quiet justify-content-center", href: to(jump), "data-key": "jump" },
        `Next unanswered: ${jump}`,
      )
    : make(
        "a",
        { class: "mid btn btn-quiet justify-content-center", href: `#/${ref}/finish`, "data-key": "jump" },
        icon("check-lg"),
        "All answered: finish",
      );
  const after = next
    ? link(next, to(next), { kind: "primary", after: "chevron-right", key: "after" })
    : link("Finish", `#/${ref}/finish`, { kind: "primary", after: "chevron-right", key: "after" });
  return [before, middle, after];
}
