package verify

import (
	"fmt"

	"sallyport"
	"sallyport/rules"
)

// lawful asks the rules, the very code that the server asks, whether each entry could follow those before it, with policies,
// lists and facts of that moment.
type lawful struct {
	*run
	rules    *rules.Checker
	withheld int64
}

func (l *lawful) entry(index int64, e sallyport.Entry, body sallyport.Body, raw []byte) {
	if l.rules == nil {
		l.rules = rules.New()
	}
	c := l.run.lawful
	c.Checked++
	l.state.Size = index // also after an entry that could not be taken in
	err := l.rules.Check(l.state, e, body, l.src.Disclosed(l.ctx))
	switch {
	case rules.IsWithheld(err):
		l.withheld++
		c.found(Unchecked, index, "%s by %s %v", e.Kind, e.By, err)
	case err != nil:
		c.found(Wrong, index, "%s by %s must not be here: %v", e.Kind, e.By, err)
	}
	if err := l.state.Apply(e, body, raw); err != nil {
		l.state.Size = index + 1
	}
}

func (l *lawful) end() {
	c := l.run.lawful
	c.Says = fmt.Sprintf("%d entries were judged again, each with the rules and facts of its moment", c.Checked)
	if l.withheld > 0 {
		c.Says += fmt.Sprintf("; for %d of them what is needed is withheld", l.withheld)
	}
	if c.Result == Wrong {
		c.Says = "entries stand here that the rules do not allow"
	}
}
