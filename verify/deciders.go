package verify

import (
	"fmt"
	"slices"
	"time"

	"sallyport"
)

// hasty is a decision time below which an approval is pointed out. It accuses nobody: it is a question to ask.
const hasty = 2 * time.Second

// deciders says what each decider was shown and for how long.
type deciders struct {
	*run
	looked map[sallyport.PersonID][]time.Duration
}

func (d *deciders) entry(index int64, e sallyport.Entry, body sallyport.Body, _ []byte) {
	b, ok := body.(*sallyport.ActionDecided)
	if !ok {
		return
	}
	d.shown.Checked++
	if d.looked == nil {
		d.looked = map[sallyport.PersonID][]time.Duration{}
	}
	took := b.Shown.Decided.Sub(b.Shown.Opened)
	d.looked[e.By] = append(d.looked[e.By], took)
	act := d.state.Actions[b.Action]
	if act == nil || act.Assessed == nil {
		d.shown.found(Wrong, index, "%s decided about action %s, which was not assessed", e.By, b.Action)
		return
	}
	pins := sallyport.Digest("")
	if act.Pins != nil {
		pins = act.Pins.Digest
	}
	if b.Shown.Spec != act.Spec.Digest || b.Shown.Pins != pins || b.Shown.Assessment != act.Assessed.Assessment.Digest {
		d.shown.found(Wrong, index, "what %s was shown is not what action %s is", e.By, b.Action)
	}
	switch {
	case took < 0 || b.Shown.Decided.After(e.Time):
		d.shown.found(Wrong, index, "%s decided at %s what was opened at %s and recorded at %s", e.By, when(b.Shown.Decided), when(b.Shown.Opened), when(e.Time))
	case b.Answer == sallyport.Approve && took < hasty:
		d.shown.found(Noted, index, "%s approved action %s, judged %s, after %s", e.By, b.Action, act.Assessed.Verdict, took.Round(time.Millisecond))
	}
}

func (d *deciders) end() {
	d.shown.Says = fmt.Sprintf("%d decisions by %d people", d.shown.Checked, len(d.looked))
	people := make([]sallyport.PersonID, 0, len(d.looked))
	for p := range d.looked {
		people = append(people, p)
	}
	slices.Sort(people)
	for i, p := range people {
		if i == 10 {
			d.shown.Says += "; ..."
			break
		}
		l := d.looked[p]
		slices.Sort(l)
		d.shown.Says += fmt.Sprintf("; %s looked %s (median of %d, shortest %s)", p, l[len(l)/2].Round(time.Second), len(l), l[0].Round(time.Millisecond))
	}
}
