// Pulumi's dynamic host loads a TypeScript compiler and npm's reader of dependency trees. Both serialise functions, which
// no host of ours does, and take most of its start. The tests start hosts by the hundred: here these two load when they are
// used. Programs that run in folders of their own, as a user's do, start without this.
const Module = require("node:module");

const late = new Set(["typescript", "@npmcli/arborist"]);
// It is called with its own `this` below.
// oxlint-disable-next-line typescript/unbound-method
const load = Module.prototype.require;

/** @param {string} id */
Module.prototype.require = function (id) {
  if (!late.has(id)) return load.call(this, id);
  return new Proxy({}, { get: (_, name) => (name === "__esModule" ? true : load.call(this, id)[name]) });
};
