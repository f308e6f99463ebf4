/* One tab at a time: two that send the same queue would both wait for verdicts only one of them gets. */

const LEASE = 90_000,
  ASK_AGAIN = 250;

/**
 * Run `act` while no other tab of this person does. Without `wait`, answers false at once when another one is at it.
 * @returns {Promise<boolean>} whether `act` ran
 */
export async function alone(store, name, act, { wait = false } = {}) {
  if (navigator.locks) {
    return navigator.locks.request(name, wait ? {} : { ifAvailable: true }, async (lock) => {
      if (!lock) return false;
      await act();
      return true;
    });
  }
  return withLease(store, name, act, wait);
}

/** Where the browser has no locks, a line in the database that runs out by itself when its tab dies. */
async function withLease(store, name, act, wait) {
  const me = crypto.randomUUID(),
    key = `lease ${name}`;
  const take = () =>
    store.note(["meta"], async (tx) => {
      const lease = await tx.store.get(key);
      if (lease && lease.holder !== me && lease.until > Date.now()) return false;
      await tx.store.put({ holder: me, until: Date.now() + LEASE }, key);
      return true;
    });
  while (!(await take())) {
    if (!wait) return false;
    await new Promise((resolve) => {
      setTimeout(resolve, ASK_AGAIN);
    });
  }
  const keepOn = setInterval(take, LEASE / 3);
  try {
    await act();
    return true;
  } finally {
    clearInterval(keepOn);
    await store.note(["meta"], (tx) => tx.store.delete(key));
  }
}
