import { equal } from "../../../provider/compare.js";
import { grayscaleRelease } from "../../../provider/huaweicloud/grayscale-release.js";
import type { Consequence, Move, Removal, Reviewed } from "../consequence.js";
import { choice, elements, objectsIn, shown, shownValue, type Given } from "../given.js";
import { joined, say, type Phrase } from "../phrase.js";

export const release: Reviewed = {
  name: grayscaleRelease.name,
  noun: ["release", "releases"],
  replaced: ["is replaced and starts over", "are replaced and start over"],
  left: "left running",
  ways: ["cancel", "end"],
  usualWay: "cancel",

  naturalKey: ({ inputs }) => JSON.stringify([inputs["meshId"], inputs["namespace"], inputs["name"]]),

  what: (given) => say`grayscale release of ${shown(given, "serviceName")}`,

  where: (given) =>
    say`mesh ${shown(given, "meshId")}, namespace ${shown(given, "namespace")}, ${clusters(given)}`,

  standing(given, other) {
    const named = imagesIn(given);
    const isNews = other === undefined || !equal(named, imagesIn(other));
    return say`${shown(given, "version")}${isNews ? inBrackets(named) : []} beside ${shown(given, "deploymentName")}`;
  },

  create(given, onDelete) {
    const begins: Pick<Consequence, "one" | "many" | "to" | "moves"> = {
      one: "starts",
      many: "start",
      to: release.standing(given),
      moves: [stays(given), move(given, "version", "begins", "starts beside it")],
    };
    if (choice(given, "adopt", ["identical", "never", "always"]) === "always") {
      const why = say`one of that name that differs is removed first, if there is one (adopt is "always")`;
      return { ...begins, reversible: "notKnown", why };
    }
    if (onDelete === "cancel") return { ...begins, reversible: "yes", why: say`going back cancels it` };
    const why =
      onDelete === "end"
        ? say`going back ends it: change onDelete to "cancel" first`
        : say`going back leaves it running`;
    return { ...begins, reversible: "inPart", why };
  },

  remove(given, way): Removal {
    const [original, gray] = [shown(given, "deploymentName"), shown(given, "version")];
    if (way === "end") {
      return {
        one: "is ended",
        many: "are ended",
        destroy: say`ended: ${original} is deleted, ${gray} stays`,
        to: say`${gray} alone`,
        reversible: "no",
        why: say`the original ${original} is deleted`,
        moves: [
          move(given, "deploymentName", "ends", "is deleted"),
          move(given, "version", "stays", "stays"),
        ],
      };
    }
    return {
      one: "is cancelled",
      many: "are cancelled",
      destroy: say`cancelled: ${original} keeps all traffic`,
      to: say`${original} alone`,
      reversible: "inPart",
      why: say`ASM refuses the cancel while ${gray} has traffic; going back starts it over`,
      moves: [stays(given), move(given, "version", "ends", "is given up")],
    };
  },

  over: ({ outputs }) =>
    outputs["outcome"] === "endedElsewhere" ? say`it was ended outside of Pulumi` : undefined,

  isSame: (before, after) =>
    grayscaleRelease.replaceOn.every((name) => equal(before.inputs[name], after.inputs[name])),
};

function stays(given: Given): Move {
  return move(given, "deploymentName", "stays", "keeps running");
}

function move(given: Given, to: "version" | "deploymentName", how: Move["how"], label: string): Move {
  const service = say`service ${shown(given, "serviceName")} in mesh ${shown(given, "meshId")}`;
  const role = to === "version" ? "gray" : "original";
  const { region, meshId, namespace, serviceName } = given.inputs;
  const place = JSON.stringify([region, meshId, namespace, serviceName]);
  return { place, from: service, to: say`${[role]} ${shown(given, to)}`, how, label };
}

function clusters(given: Given): Phrase {
  const names = [...new Set(objectsIn(given, "grayDeployments").map(({ clusterId }) => clusterId))];
  if (names.length === 0) return say`clusters ${shown(given, "grayDeployments")}`;
  const first = joined(names.slice(0, 3).map(shownValue), ", ");
  const more = names.length > 3 ? say` and ${names.length - 3} more` : [];
  return say`${[names.length === 1 ? "cluster" : "clusters"]} ${first}${more}`;
}

/** What runs is more than its version's name. */
function imagesIn(given: Given): string[] {
  return [...new Set(objectsIn(given, "grayDeployments").flatMap(imagesOf))];
}

function inBrackets(named: readonly string[]): Phrase {
  if (named.length === 0) return [];
  const more = named.length > 2 ? say` and ${named.length - 2} more` : [];
  return say` (${joined(named.slice(0, 2).map(shownValue), ", ")}${more})`;
}

function imagesOf(gray: Record<string, unknown>): string[] {
  const [template] = elements([gray["template"]]);
  const [spec] = elements([template?.["spec"]]);
  const [pod] = elements([spec?.["template"]]);
  const [podSpec] = elements([pod?.["spec"]]);
  return elements(podSpec?.["containers"]).flatMap(({ image }) => (typeof image === "string" ? [image] : []));
}
