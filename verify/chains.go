package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"sallyport"
)

// chains follows the chain of every session (docs/spec/chain.md).
type chains struct {
	*run
	open  map[sallyport.SessionID]*chain
	ended map[sallyport.SessionID]bool
}

type chain struct {
	next int
	last sallyport.Digest
	from int64
}

func newChains(r *run) *chains {
	return &chains{r, map[sallyport.SessionID]*chain{}, map[sallyport.SessionID]bool{}}
}

func (c *chains) entry(index int64, e sallyport.Entry, body sallyport.Body, raw []byte) {
	if e.Session == "" {
		return
	}
	c.run.chains.Checked++
	link := c.open[e.Session]
	_, first := body.(*sallyport.SessionRequested)
	switch {
	case c.ended[e.Session]:
		c.run.chains.found(Wrong, index, "%s of session %s follows the end of that session", e.Kind, e.Session)
		return
	case link == nil && !first:
		c.run.chains.found(Wrong, index, "%s of session %s, which never began", e.Kind, e.Session)
		link = &chain{from: index, next: e.Seq, last: e.Prev}
		c.open[e.Session] = link
	case link != nil && first:
		c.run.chains.found(Wrong, index, "session %s begins a second time", e.Session)
	case link == nil:
		link = &chain{from: index}
		c.open[e.Session] = link
	}
	if e.Seq != link.next || e.Prev != link.last {
		c.run.chains.found(Wrong, index, "%s says that it is number %d of session %s and follows %.12s; number %d follows %.12s: an entry is missing or was changed",
			e.Kind, e.Seq, e.Session, e.Prev, link.next, link.last)
	}
	sum := sha256.Sum256(raw)
	link.next, link.last = e.Seq+1, sallyport.Digest(hex.EncodeToString(sum[:]))
	switch b := body.(type) {
	case *sallyport.SessionEnded:
		if b.Count != link.next {
			c.run.chains.found(Wrong, index, "session %s ends after %d entries and says %d", e.Session, link.next, b.Count)
		}
	case *sallyport.SessionRefused:
	default:
		return
	}
	delete(c.open, e.Session)
	c.ended[e.Session] = true
}

func (c *chains) end() {
	c.report.Sessions = len(c.open) + len(c.ended)
	c.run.chains.Says = fmt.Sprintf("%d sessions, each an unbroken chain; %d are over, %d were open", c.report.Sessions, len(c.ended), len(c.open))
	if c.run.chains.Result == Wrong {
		c.run.chains.Says = "the chain of a session is broken"
	}
	for id, link := range c.open {
		c.run.chains.found(Noted, link.from, "session %s was still open: what came after the last entry here cannot be seen", id)
	}
}
