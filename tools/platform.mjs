const oldestMajor = 20;
const oldestMinor = 19;

/**
 * @param {string} node
 * @param {string} platform
 * @returns {string | undefined} one sentence, if we cannot run here
 */
export function platformProblem(node, platform) {
  if (platform === "win32") {
    return "The demo and the tests of pulumi-grayscale have not been tried on Windows yet: please use WSL, Linux or macOS.";
  }
  const [major = 0, minor = 0] = node.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Node ${oldestMajor}.${oldestMinor} or newer is needed; this is Node ${node}.`;
}
