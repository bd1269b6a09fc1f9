import { imageSyncTask } from "../../../provider/huaweicloud/image-sync-task.js";
import type { Move, Reviewed } from "../consequence.js";
import { isOn, shown, type Given } from "../given.js";
import { joined, quoted, say, type Phrase } from "../phrase.js";

export const sync: Reviewed = {
  name: imageSyncTask.name,
  noun: ["image sync", "image syncs"],
  replaced: ["is replaced", "are replaced"],
  left: "the copying goes on",
  ways: ["delete"],
  usualWay: "delete",

  naturalKey: ({ inputs }) =>
    JSON.stringify([
      inputs["namespace"],
      inputs["repository"],
      inputs["targetRegion"],
      inputs["targetNamespace"],
    ]),

  what: () => say`image synchronization`,

  where: repositoryOf,

  standing: (given) =>
    say`copied to ${shown(given, "targetNamespace")} in ${shown(given, "targetRegion")}${[overwriting(given)]}`,

  create(given, onDelete) {
    const begins = {
      one: "starts",
      many: "start",
      to: sync.standing(given),
      moves: [move(given, "begins", "every push is copied")],
    };
    const override = isOn(given, "override");
    if (override === "unknown") {
      return { ...begins, reversible: "notKnown", why: say`whether images are overwritten is not known yet` };
    }
    if (override) {
      const overwrites = { one: "starts overwriting", many: "start overwriting" };
      return {
        ...begins,
        ...overwrites,
        reversible: "no",
        why: say`images there of the same name and tag are overwritten`,
      };
    }
    const why =
      onDelete === "delete"
        ? say`going back stops the copying; copies that were made stay`
        : say`going back lets the copying go on`;
    return { ...begins, reversible: "inPart", why };
  },

  remove: (given) => ({
    one: "is removed",
    many: "are removed",
    destroy: say`the copying stops, copies stay`,
    to: say`not copied any more`,
    reversible: "yes",
    why: say`going back copies again; SWR does not say what becomes of pushes in between`,
    moves: [move(given, "ends", "is not copied any more")],
  }),

  isSame: (before, after) => isOn(before, "override") === isOn(after, "override"),
};

function overwriting(given: Given): string {
  const override = isOn(given, "override");
  if (override === "unknown") return ", overwriting (not known yet)";
  return override ? ", overwriting" : "";
}

function repositoryOf(given: Given): Phrase {
  const parts = [shown(given, "namespace"), shown(given, "repository")];
  const [namespace, repository] = parts.map(([part]) => (typeof part === "object" ? part.value : undefined));
  return namespace === undefined || repository === undefined
    ? joined(parts, "/")
    : quoted(`${namespace}/${repository}`);
}

function move(given: Given, how: Move["how"], label: string): Move {
  return {
    place: JSON.stringify([given.inputs["region"]]),
    from: say`images of ${repositoryOf(given)}`,
    to: say`copies in ${shown(given, "targetRegion")}, ${shown(given, "targetNamespace")}`,
    how,
    label,
  };
}
