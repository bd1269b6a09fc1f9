import { equal } from "../../../provider/compare.js";
import { livedataDeployment } from "../../../provider/huaweicloud/livedata-deployment.js";
import type { Move, Reviewed } from "../consequence.js";
import { choice, isGiven, objectsIn, shown, shownValue, type Given } from "../given.js";
import { say, type Phrase } from "../phrase.js";

export const deployment: Reviewed = {
  name: livedataDeployment.name,
  noun: ["API", "APIs"],
  replaced: ["goes offline and online again", "go offline and online again"],
  left: "stays online",
  ways: ["undeploy"],
  usualWay: "undeploy",

  naturalKey: ({ inputs }) => JSON.stringify([inputs["instanceId"], inputs["apiId"]]),

  what: (given) => say`backend API ${shown(given, "apiId")}`,

  where: (given) => say`instance ${shown(given, "instanceId")}`,

  standing: (given) => say`online${frontApi(given)}`,

  create(given, onDelete) {
    const begins = {
      one: "goes online",
      many: "go online",
      to: deployment.standing(given),
      moves: [move(given, "begins", "goes online")],
    };
    if (choice(given, "adopt", ["identical", "never", "always"]) === "always") {
      const why = say`a different deployment is undeployed first, if there is one (adopt is "always")`;
      return { ...begins, reversible: "notKnown", why };
    }
    return onDelete === "undeploy"
      ? { ...begins, reversible: "yes", why: say`going back takes it offline` }
      : {
          ...begins,
          reversible: "inPart",
          why: say`going back leaves it online`,
        };
  },

  remove(given) {
    const hasFront = isGiven(given, "frontApi") || isText(given.outputs["frontApiId"]);
    return {
      one: "goes offline",
      many: "go offline",
      destroy: hasFront ? say`offline, its front API is deleted` : say`offline`,
      to: say`offline`,
      reversible: "inPart",
      why: hasFront
        ? say`its front API is deleted; going back deploys what ROMA has by then, with a new one`
        : say`going back deploys what ROMA has by then`,
      moves: [move(given, "ends", "goes offline")],
    };
  },

  // ROMA shows no more of it.
  isSame(before, after) {
    const [shownBefore, shownAfter] = [before, after].map(({ inputs }) => {
      const { groupId, envId } = (inputs["frontApi"] ?? {}) as Record<string, unknown>;
      return [groupId, envId];
    });
    return equal(shownBefore, shownAfter) && equal(before.inputs["romaAppId"], after.inputs["romaAppId"]);
  },
};

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function frontApi(given: Given): Phrase {
  if (!isGiven(given, "frontApi")) return [];
  const [front] = objectsIn(given, "frontApi");
  if (front === undefined) return say`, front API ${shown(given, "frontApi")}`;
  const environment = shownValue(front["envId"]);
  return say`, front API in group ${shownValue(front["groupId"])}, environment ${environment}`;
}

function move(given: Given, how: Move["how"], label: string): Move {
  const place = JSON.stringify([given.inputs["region"], given.inputs["instanceId"], given.inputs["apiId"]]);
  return { place, from: say`callers`, to: say`backend API ${shown(given, "apiId")}`, how, label };
}
