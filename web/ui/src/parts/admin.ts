import { me } from "../api";

/** Whether the menu offers an administrator's forms. The gateway decides about each. */
export const adminOf = () => !!me.value?.can.includes("people");
