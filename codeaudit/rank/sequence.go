package rank

import (
	"fmt"

	"sallyport/codeaudit/signal"
)

// Steps of which a sequence is made. An attack on a source tree is seldom one commit: a fence is opened, what would notice is
// told to look away, the payload arrives as data, and a build step connects them.
const (
	stepOpaque  = 1 << iota // something nobody can read
	stepBuild               // a build that runs, decodes or reads tests
	stepHide                // a list of what not to look at, a fuzzer or scanner told off, a contact changed
	stepFence               // a check, test or protection weakened
	stepAbility             // a new ability
	stepHook                // a way to be called without a call
)

var stepOf = map[string]int{
	"blob.opaque": stepOpaque, "blob.program": stepOpaque, "blob.disguised": stepOpaque, "obf.blob": stepOpaque, "obf.minified": stepOpaque, "blob.used-by-build": stepBuild,
	"build.exec": stepBuild, "build.hook": stepBuild, "build.decodes": stepBuild, "build.reads-tests": stepBuild, "build.flags": stepBuild,
	"ignore.list": stepHide, "ignore.attributes": stepHide, "ignore.scanner": stepHide, "ignore.fuzz": stepHide, "ignore.contact": stepHide,
	"test.disabled": stepFence, "test.removed": stepFence, "sandbox.removed": stepFence, "sandbox.off": stepFence, "sandbox.hardening": stepFence, "sandbox.feature-test": stepFence, "sandbox.changed": stepFence,
	"check.tls-off": stepFence, "check.signature-off": stepFence, "check.exchanged": stepFence, "check.early-return": stepFence,
	"cap.exec": stepAbility, "cap.net": stepAbility, "cap.eval": stepAbility, "cap.input-run": stepAbility, "cap.remote-shell": stepAbility, "cap.collect": stepAbility, "fetch.run": stepAbility, "obf.decode-run": stepAbility,
	"hook.ifunc": stepHook, "hook.constructor": stepHook, "hook.linker": stepHook, "hook.preload": stepHook, "hook.dlopen": stepHook,
}

// window is how many commits of one identity a sequence may span.
const window = 60

// minStep is the share of its full weight at which a signal counts as a step.
const minStep = 0.4

// sequences finds rows of commits by one identity (author or committer) that together make what each alone does not, and
// lifts every commit of the row that made a step.
func (h *History) sequences() {
	byWho := map[string][]int{}
	for i, c := range h.commits {
		for _, mail := range identities(c) {
			key := c.in.Commit.Repo + "\x00" + mail
			byWho[key] = append(byWho[key], i)
		}
	}
	marked := map[int]map[string]bool{}
	mark := func(i int, id, note string, strength float64) {
		if marked[i] == nil {
			marked[i] = map[string]bool{}
		}
		if !marked[i][id] {
			marked[i][id] = true
			c := h.commits[i]
			c.signals = append(c.signals, signal.Signal{ID: id, Bytes: []byte(c.in.Commit.Hash), Text: c.in.Commit.Hash, Strength: strength, Note: note})
		}
	}
	for _, row := range byWho {
		steps := make([]int, len(row))
		for k, i := range row {
			steps[k] = h.steps(h.commits[i])
		}
		for k := range row {
			if steps[k] == 0 {
				continue
			}
			all := 0
			from := max(0, k-window+1)
			for j := from; j <= k; j++ {
				all |= steps[j]
			}
			id := ""
			need := 0
			switch {
			case all&stepOpaque != 0 && all&(stepBuild|stepHook) != 0 && all&stepHide != 0:
				id, need = "seq.hidden-payload", stepOpaque|stepBuild|stepHook|stepHide
			case all&stepFence != 0 && all&(stepAbility|stepHook) != 0 && all&(stepHide|stepOpaque) != 0:
				id, need = "seq.fence-down", stepFence|stepAbility|stepHook|stepHide|stepOpaque
			default:
				continue
			}
			for j := from; j <= k; j++ {
				if steps[j]&need != 0 {
					mark(row[j], id, fmt.Sprintf("with commits up to %.12s", h.commits[row[k]].in.Commit.Hash), h.rarityOfRow(k-from+1, len(row)))
				}
			}
		}
	}
}

// rarityOfRow: where one identity has very many commits, some window holds every step by accident.
func (h *History) rarityOfRow(span, commits int) float64 {
	if commits <= 2*span {
		return 0.6
	}
	return max(0.15, 0.6*float64(2*span)/float64(commits))
}

// steps returns the steps that a commit makes clearly enough.
func (h *History) steps(c *scored) int {
	all := 0
	for _, s := range c.signals {
		if s.Strength*h.usual.rarity(s.ID) >= minStep {
			all |= stepOf[s.ID]
		}
	}
	return all
}

func identities(c *scored) []string {
	author, committer := fold(c.in.Commit.Author.Email), fold(c.in.Commit.Committer.Email)
	if author == committer {
		return []string{author}
	}
	return []string{author, committer}
}
