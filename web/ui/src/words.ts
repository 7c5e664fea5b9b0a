// Plain words for someone who does not read shell.

export const effectWords: Record<string, [string, string]> = {
  // kind: [heading, what it means]
  irreversible: ["Cannot be undone", "destroys disks, volumes or whole trees"],
  "security-tool": ["Weakens a guard", "switches off or loosens firewall, SELinux, audit or an agent"],
  tamper: ["Falsifies records", "changes logs, history, timestamps or audit trails"],
  credential: ["Touches secrets", "reads or uses a password, key or token"],
  "remote-exec": ["Runs something elsewhere, or from elsewhere", "runs a program on another machine, or one that another machine sent"],
  persist: ["Stays behind", "will run again later by itself: schedules, services, login files, keys"],
  privilege: ["Becomes another user", "takes or gives the power of another account"],
  account: ["Changes accounts", "users, groups, passwords, sudo rules"],
  connect: ["Talks to another machine", "opens a network connection"],
  dns: ["Asks for a name outside", "a name look-up that leaves the machine, and can carry data out"],
  listen: ["Waits for connections", "opens a port that others can reach"],
  kernel: ["Changes the machine itself", "kernel modules and settings, boot, power"],
  delete: ["Deletes", "files or folders that will be gone"],
  write: ["Overwrites", "replaces the contents of a file or device"],
  append: ["Adds to a file", "keeps what is there and adds to it"],
  create: ["Creates", "a folder, link, pipe or empty file"],
  chmod: ["Changes who may do what with a file", "permissions or attributes"],
  chown: ["Changes who owns a file", ""],
  mount: ["Attaches or detaches a disk", ""],
  exec: ["Runs a program", ""],
  service: ["Starts or stops a service", ""],
  process: ["Stops or slows running programs", ""],
  install: ["Installs software", ""],
  database: ["Changes a database", ""],
  kubernetes: ["Changes a cluster", ""],
  cloud: ["Changes a cloud account", ""],
  read: ["Reads", "contents that become part of the output, or go where the rest sends them"],
  unknown: ["Could not be determined", "something happens here, and this page cannot say what"],
};

export const verdictWords: Record<string, string> = {
  low: "Every command was understood, and nothing consequential was found.",
  medium: "Ordinary but consequential work, or not fully understood. Read it before you decide.",
  high: "Do not approve this without understanding the findings.",
  critical: "Approving this as it stands would be an incident.",
};

export const stateWords: Record<string, string> = {
  proposed: "just proposed", reading: "reading the files it runs", resolved: "being assessed", waiting: "waits for a decision",
  asked: "waits for the engineer's answer", escalated: "waits for the second person", approved: "approved", refused: "refused",
  withdrawn: "taken back by the engineer", cancelled: "ended before it started", running: "running", finished: "finished",
  failed: "did not run", interrupted: "outcome unknown",
  requested: "not open yet", open: "open", paused: "paused", ended: "ended", closed: "closed", over: "over",
};

export const waitingWords: Record<string, string> = {
  approval: "its own approval", consent: "the system owner's consent", escort: "an escort", presence: "the escort to be back at their page",
};

export const saidWords: Record<string, string> = {
  said: "said", asked: "asked", answered: "answered", approved: "approved", refused: "refused", escalated: "did not understand it and passed it on",
  approve: "approved", refuse: "refused", ask: "asked", escalate: "passed it on",
};

export const modeWords: Record<string, string> = {
  deny: "nothing", advise: "words only", view: "sees released output", propose: "proposes, a decider decides, the gateway runs it", drive: "types, watched",
};

export const over = (state: string) => ["refused", "withdrawn", "cancelled", "finished", "failed", "interrupted"].includes(state);

export const plural = (n: number, one: string, many = one + "s") => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
