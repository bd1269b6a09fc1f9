import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

new PolicyPack("pulumi-grayscale", { enforcementLevel: "mandatory", policies: policies() });
