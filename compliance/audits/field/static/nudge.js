/* A worker that has nothing to do: see `changeOver` in shell.js. */
close();
