export { ChangeOrder, type Batch, type ChangeOrderArgs } from "./change-order.js";
