/* The start screen: who holds the tablet, whose work is still on it, and how the tablet is doing. */

import { alertLine, clone, make, places, say, tag, waiting } from "./parts.js";
import { tablet } from "./tablet.js";
import { start } from "./field.js";

export async function show(app) {
  const begun = (app.begun = await start());
  const made = clone("start"),
    place = places(made);
  place.notes.append(...notes(begun));
  place.people.append(...begun.users.map((user) => person(app, user, begun)));
  const fresh = newcomer(begun);
  if (fresh) place.people.prepend(person(app, { ...fresh, unsent: 0, fresh: true }, begun));
  place.people.hidden = !place.people.children.length;
  signIn(place, begun);
  place.tablet.append(await tablet(app.field));
  return {
    title: "Who holds the tablet?",
    main: [made],
    back: app.field ? { href: "#/work", label: "My work" } : null,
  };
}

/** The person the server knows and this tablet does not yet. */
function newcomer({ session, users }) {
  const user = session?.user;
  return user && !users.some((each) => each.id === user.id) ? user : null;
}

function notes({ users, where, session }) {
  if (users.length || session?.user) return [];
  if (where === "offline")
    return [
      alertLine(
        "Nobody has worked on this tablet yet, and there is no network. Connect it once, sign in, download your work.",
        "warn",
      ),
    ];
  return [
    alertLine("Nobody has worked on this tablet yet. Sign in, then download your work while there is a network."),
  ];
}

function person(app, user, begun) {
  const made = clone("person"),
    place = places(made),
    current = user.id === app.field?.user.id;
  place.name.textContent = user.name;
  say(place.unsent, unsentWords(user));
  if (current) place.now.append(tag("Holds it now", "check-circle-fill", "ok"));
  else if (begun.session?.user?.id === user.id) place.now.append(tag("Signed in", "lock-fill", ""));
  made.firstElementChild.dataset.key = `person ${user.id}`;
  made.firstElementChild.addEventListener("click", async () => {
    await app.use({ id: user.id, name: user.name });
    app.go("work");
  });
  return made;
}

function unsentWords({ unsent, photos, fresh }) {
  if (fresh) return "Signed in. Nothing on this tablet yet.";
  const left = waiting({ ops: unsent, media: photos });
  return left ? `${left} unsent on this tablet` : "Everything is on the server";
}

function signIn(place, { where, users }) {
  if (!users.length) place.signin.lastChild.textContent = "Sign in";
  if (where !== "offline") {
    if (!users.length) place.signin.className = "btn btn-primary";
    return;
  }
  place.signin.removeAttribute("href");
  place.signin.setAttribute("aria-disabled", "true");
  place.signin.setAttribute("role", "link");
  const others = users.length ? " People listed above can work without." : "";
  place["signin-why"].append(make("span", { class: "pl-reason", text: `Signing in needs a network.${others}` }));
}
