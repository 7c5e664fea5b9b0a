package sallyport

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// Verdict says how much an action matters, for the person who must decide about it. The zero value is not a verdict.
type Verdict string

const (
	Low      Verdict = "low"      // every command was understood and nothing consequential was found
	Medium   Verdict = "medium"   // consequential but ordinary work, or not fully understood
	High     Verdict = "high"     // do not approve without understanding the findings
	Critical Verdict = "critical" // approving this as it stands would be an incident
)

// Verdicts lists all verdicts, mildest first.
var Verdicts = []Verdict{Low, Medium, High, Critical}

// Rank orders verdicts: 0 for low to 3 for critical. Anything else ranks as critical, so that a corrupted verdict is never mild.
func (v Verdict) Rank() int {
	for i, known := range Verdicts {
		if v == known {
			return i
		}
	}
	return len(Verdicts) - 1
}

// Max returns the graver of v and w.
func (v Verdict) Max(w Verdict) Verdict {
	if w.Rank() > v.Rank() {
		return w
	}
	return v
}

// Alert reports whether the verdict is high or critical.
func (v Verdict) Alert() bool { return v.Rank() >= High.Rank() }

// EffectKind is the kind of one thing that an action would do. The set is closed: append only, the words are part of the
// JSON format, and policies may name them.
type EffectKind string

const (
	EffectRead         EffectKind = "read"          // a file's contents; target: path
	EffectWrite        EffectKind = "write"         // replaces a file's contents or a device's; target: path
	EffectAppend       EffectKind = "append"        // adds to a file; target: path
	EffectCreate       EffectKind = "create"        // a directory, link, pipe or empty file; target: path
	EffectDelete       EffectKind = "delete"        // target: path
	EffectChmod        EffectKind = "chmod"         // permissions or attributes; target: path, Detail: the mode
	EffectChown        EffectKind = "chown"         // target: path, Detail: the owner
	EffectMount        EffectKind = "mount"         // mounts or unmounts; target: mount point or device
	EffectExec         EffectKind = "exec"          // runs a program, or "shell" for an interactive shell; target: its name or path
	EffectConnect      EffectKind = "connect"       // target: host or host:port, or a URL
	EffectListen       EffectKind = "listen"        // target: port or address:port
	EffectDNS          EffectKind = "dns"           // a name look-up that leaves the machine; target: the name
	EffectPrivilege    EffectKind = "privilege"     // becomes another user, or gives a file that power; target: user or path
	EffectAccount      EffectKind = "account"       // users, groups, passwords, sudo rules; target: the account
	EffectPersist      EffectKind = "persist"       // what runs again later: cron, units, rc files, keys; target: path or name
	EffectService      EffectKind = "service"       // starts, stops, restarts; target: service, Detail: the verb
	EffectKernel       EffectKind = "kernel"        // modules, sysctl, boot, power; target: module or parameter
	EffectTamper       EffectKind = "tamper"        // logs, history, timestamps, audit trails; target: what is falsified
	EffectSecurityTool EffectKind = "security-tool" // firewall, SELinux, audit daemon, agents switched off or weakened
	EffectCredential   EffectKind = "credential"    // reads or uses a secret; target: path, or "k8s:secrets" and the like
	EffectInstall      EffectKind = "install"       // packages; target: package
	EffectRemoteExec   EffectKind = "remote-exec"   // runs something on another machine, or what another machine sent; target: host
	EffectDatabase     EffectKind = "database"      // statements sent to a database; target: statement or object
	EffectKubernetes   EffectKind = "kubernetes"    // changes in a cluster; target: type/name
	EffectCloud        EffectKind = "cloud"         // changes in a cloud account; target: service and object
	EffectProcess      EffectKind = "process"       // signals or reprioritises processes; target: name or pid
	EffectIrreversible EffectKind = "irreversible"  // cannot be undone: disks, volumes, whole trees; target: the object
	EffectUnknown      EffectKind = "unknown"       // something happens here that could not be determined; target: what
)

// Certainty says whether an effect happens whenever the action runs to its end.
type Certainty string

const (
	Must Certainty = "must" // on every path that was found
	May  Certainty = "may"  // under a condition, or on some paths only
)

// Span is a range of lines of the submitted text, first and last, both counted from 1. {0, 0} is no place at all.
type Span [2]int

// Join returns the smallest span that covers s and t.
func (s Span) Join(t Span) Span {
	switch {
	case s == Span{}:
		return t
	case t == Span{}:
		return s
	}
	return Span{min(s[0], t[0]), max(s[1], t[1])}
}

// Overlaps reports whether s and t share a line.
func (s Span) Overlaps(t Span) bool {
	return s != Span{} && t != Span{} && s[0] <= t[1] && t[0] <= s[1]
}

// Effect is one thing that the action would do.
type Effect struct {
	Kind      EffectKind `json:"kind"`
	Target    string     `json:"target"`              // exact where known; what is not known stands as a hole: ‹$name›
	Detail    string     `json:"detail,omitempty"`    // what is done to the target, where the kind does not say it: a mode, a verb
	Text      string     `json:"text"`                // the effect in plain words, beginning with a verb: "deletes /srv/data"
	Certainty Certainty  `json:"certainty"`           //
	Condition string     `json:"condition,omitempty"` // when, in words; only for may
	Level     Verdict    `json:"level"`               // how much this effect matters by itself
	Lines     Span       `json:"lines"`               // in the submitted text, also for effects found in decoded layers
	Via       []string   `json:"via"`                 // the layers it was found under, outermost first: "eval", "base64", "file ./fix.sh"; never nil
	Principal string     `json:"principal,omitempty"` // whose shell, when not the login's: "root (sudo)", "host db1", "container web"
	Outside   bool       `json:"outside,omitempty"`   // not within the ticket's scope
	File      string     `json:"file,omitempty"`      // the pinned file in which it stands, when it does not stand in the submitted text
	FileLines Span       `json:"fileLines,omitzero"`  // its lines there
}

// Finding is a judgement: something in the text that matters, and why.
type Finding struct {
	Rule      string  `json:"rule"`                // stable name; `sallyport check --rules` gives each rule's reason
	Level     Verdict `json:"level"`               //
	Message   string  `json:"message"`             // one sentence for someone who does not read shell
	Lines     Span    `json:"lines"`               // as tight as can be said
	Technique string  `json:"technique,omitempty"` // MITRE ATT&CK id, where one fits
	File      string  `json:"file,omitempty"`      // as in Effect
	FileLines Span    `json:"fileLines,omitzero"`  // as in Effect
}

// Unknown is something that could not be determined.
type Unknown struct {
	Lines Span   `json:"lines"`
	Why   string `json:"why"` // for someone who does not read shell

	File      string `json:"file,omitempty"`     // as in Effect
	FileLines Span   `json:"fileLines,omitzero"` // as in Effect
}

// Coverage counts command invocations, nested ones included.
type Coverage struct {
	Understood int `json:"understood"`
	Total      int `json:"total"`
}

// Layer is a text that the action carries or builds and that was judged too: a decoded payload, a here-document that
// becomes a script, a file on the target. Nothing in it is trusted; a page must show it as text.
type Layer struct {
	Name  string `json:"name"`  // the path of layers: "eval > base64"
	Lines Span   `json:"lines"` // where it comes from in the submitted text
	Text  string `json:"text"`  // at most 64 KiB

	File string `json:"file,omitempty"` // the pinned file that it is, as effects name it
}

// Assessment says what an action would do, what cannot be determined, and how much it matters. It is a pure function of
// the request that was assessed.
type Assessment struct {
	Verdict  Verdict   `json:"verdict"`
	Complete bool      `json:"complete"` // every command and every argument that matters was understood
	Summary  string    `json:"summary"`  // one or two short sentences in plain words
	Effects  []Effect  `json:"effects"`  // gravest first; outside the ticket's scope before inside
	Findings []Finding `json:"findings"` // gravest first
	Unknown  []Unknown `json:"unknown"`  // in order of lines
	Commands Coverage  `json:"commands"`
	Advice   []string  `json:"advice,omitempty"` // what would make this safer to approve
	Layers   []Layer   `json:"layers,omitempty"`
	Engine   string    `json:"engine"` // version of the rules that made it
}

// Digest identifies the assessment that a decider was shown: SHA-256 under a domain tag over its JSON. A decision binds it.
func (a *Assessment) Digest() [sha256.Size]byte {
	body, err := json.Marshal(a)
	if err != nil { // strings, numbers and slices of them always marshal
		panic(fmt.Sprintf("assessment does not marshal: %v", err))
	}
	return sha256.Sum256(append([]byte("sallyport/assessment/v1\n"), body...))
}
