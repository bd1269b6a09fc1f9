type Fields = Record<string, unknown>;

/** A Deployment as a cluster gives it back: what was left out is filled in, and keys come in another order. */
export function asStored(template: Fields): Fields {
  return reordered(withDefaults(template));
}

function withDefaults(template: Fields): Fields {
  const spec = fields(template["spec"]);
  const pod = fields(spec["template"]);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    ...template,
    metadata: { creationTimestamp: null, ...fields(template["metadata"]) },
    spec: {
      progressDeadlineSeconds: 600,
      replicas: 1,
      revisionHistoryLimit: 10,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
      ...spec,
      template: {
        ...pod,
        metadata: { creationTimestamp: null, ...fields(pod["metadata"]) },
        spec: podDefaults(fields(pod["spec"])),
      },
    },
    status: {},
  };
}

function podDefaults(spec: Fields): Fields {
  return {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    schedulerName: "default-scheduler",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...spec,
    containers: items(spec["containers"]).map(containerDefaults),
  };
}

function containerDefaults(container: Fields): Fields {
  const ports =
    container["ports"] === undefined ? {} : { ports: items(container["ports"]).map(portDefaults) };
  return {
    imagePullPolicy: isTagged(container["image"]) ? "IfNotPresent" : "Always",
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    ...container,
    ...ports,
  };
}

function isTagged(image: unknown): boolean {
  return typeof image === "string" && /:(?!latest$)[^/]+$/.test(image);
}

function portDefaults(port: Fields): Fields {
  return { protocol: "TCP", ...port };
}

function reordered(value: Fields): Fields {
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? 1 : -1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, reorderedValue(inner)]));
}

function reorderedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reorderedValue);
  return isFields(value) ? reordered(value) : value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function items(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
