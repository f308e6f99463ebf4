/* The worker of the tablet: what follows the names the server writes on top. */
self.addEventListener("fetch", () => {});
