/* The words an auditor reads about what happened to their work. One place, so that every screen says the same. */

export const CHIP = {
  saved: "Saved on tablet",
  sending: "Sending",
  server: "On server",
  conflict: "Conflict: choose",
  attention: "Needs attention",
  lost: "NOT SAVED: tap",
};

export const STATE = {
  assigned: "Not on this tablet yet",
  ready: "Ready offline",
  progress: "In progress",
  signed: "Signed, waiting to send",
  confirmed: "Confirmed by server",
  attention: "Attention",
  held: "Held",
};

/** Typed by hand before unsent work is thrown away: a word is not hit with a glove. */
export const REMOVE_WORD = "REMOVE";

const SKEW_TOLD = 5 * 60_000;

export function counted(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

/** "12 answers, 4 photos", "1 photo", or "" for nothing. */
export function amount(answers, photos) {
  return [answers && counted(answers, "answer"), photos && counted(photos, "photo")].filter(Boolean).join(", ");
}

export function time(iso) {
  if (!iso) return "";
  const at = new Date(iso),
    today = new Date().toDateString() === at.toDateString();
  const clock = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return today
    ? clock
    : `${at.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" })} ${clock}`;
}

const WHY = {
  trouble: "Server trouble, will keep trying",
  foreign: "This network answers in the server's place. Will keep trying",
  wait: "The server asks to wait. Will keep trying",
  old: "This app is too old to send. Update it",
  refused: "The server refuses to talk to this tablet. Will keep trying",
};

/** The bar at the top: what it says first, and what waits. */
export function bar(state, answers, photos) {
  const waiting = amount(answers, photos);
  const detail = waiting ? `${waiting} waiting` : "";
  if (state.where === "stopped") return ["Tablet storage stopped", "Reload; nothing already saved is lost"];
  if (state.where === "signin") return signIn(state, waiting);
  if (state.where === "trouble") return [WHY[state.reason] ?? WHY.trouble, detail];
  if (state.where === "offline") return ["Offline", detail];
  return waiting ? ["Online", detail] : ["All on server", time(state.lastSync)];
}

function signIn(state, waiting) {
  if (state.revoked) return ["This tablet was revoked", waiting ? `${waiting} cannot be sent. Save a backup file` : ""];
  if (state.reason === "other-user")
    return ["Somebody else is signed in", waiting ? `Sign in as yourself to send ${waiting}` : ""];
  return [waiting ? `Sign in to send ${waiting}` : "Sign in", ""];
}

export function sentence([first, second]) {
  return second ? `${first}: ${second}` : first;
}

/** "" while the clocks agree well enough. */
export function skewed(milliseconds) {
  if (Math.abs(milliseconds) < SKEW_TOLD) return "";
  const minutes = Math.round(Math.abs(milliseconds) / 60_000);
  const long =
    minutes < 120
      ? counted(minutes, "minute")
      : minutes < 2880
        ? `${Math.round(minutes / 60)} h`
        : counted(Math.round(minutes / 1440), "day");
  return `The tablet's clock is ${long} ${milliseconds > 0 ? "ahead" : "behind"}. Order is kept by the server; set the clock.`;
}

export function receipt(told) {
  if (!told) return "";
  const of = (pair) => (typeof pair === "object" ? `${pair.held} of ${pair.of}` : `${pair} of ${pair}`);
  return `Server holds ${of(told.answers)} answers and ${of(told.photos)} photos, ${time(told.at)}`;
}

const FIELDS = {
  conformity: "Answer",
  note: "Note",
  reason: "Reason",
  sample_size: "Sample checked",
  sample_failed: "Sample failed",
  finding_title: "Finding",
  finding_risk: "Risk",
  proposed_severity: "Severity",
  proposed_action: "Action",
  read_in: "Language read in",
  written_in: "Language written in",
  meeting_on: "Closing meeting",
  acknowledged_by: "Acknowledged by",
  refusal_note: "Why nobody acknowledged",
  not_assessed_reason: "Why not assessed",
  conclusion: "Conclusion",
  photos: "Photo",
  signature: "Signature",
  signoff: "Sign-off",
};

export const fieldWord = (field) => FIELDS[field] ?? field;

export function valueWords(op) {
  if (op.kind === "photo.add") return op.value.caption || op.value.name;
  if (op.kind === "photo.remove") return "Photo taken away";
  if (op.kind === "photo.caption") return `Caption: ${op.value.caption}`;
  if (op.kind === "signature") return `Signed by ${op.value.name}`;
  if (op.kind === "signoff") return "Handed over";
  if (op.value === null || op.value === "") return "Emptied";
  const text = String(op.value);
  return op.field === "conformity" ? text.charAt(0).toUpperCase() + text.slice(1).replace("_", " ") : text;
}

export const CLOSED = {
  submitted: "It was handed in.",
  reviewed: "It was reviewed.",
  closed: "It is closed.",
  cancelled: "It was cancelled.",
  postponed: "It was postponed.",
};

export const UPSET = {
  signed: "It is signed and read only. Wait for the server's receipt.",
  removeUnsent: (waiting) =>
    `${waiting} not on the server yet. Save a backup file first, or type ${REMOVE_WORD} to remove it anyway.`,
  offline: "There is no connection to the server. Try again when there is one.",
  signin: "Sign in first.",
  settle: (reasons) => `Before you sign: ${reasons.join(" ")}`,
  leadSigns: (lead) => `The lead, ${lead}, signs.`,
  insecure: "Work in the field needs an address that begins with https. Ask whoever runs this server.",
  emptied: "This tablet is being emptied, as was asked for. Sign in again to go on.",
  notHere: "This work is not on this tablet.",
  photoGone: "The picture is no longer on this tablet, so it cannot be put back.",
};
