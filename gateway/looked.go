package gateway

import (
	"context"

	"sallyport"
	"sallyport/workflow"
)

// look is one thing that somebody is shown. A page asks again every few seconds: the ledger hears of it once while the action
// runs, and once when it is over. After a restart it may hear of it again.
type look struct {
	opening
	what string
	over bool
}

// looked records that the caller is shown an action, before they are: what cannot be recorded is not shown (DESIGN 5).
func (g *Gateway) looked(ctx context.Context, c Caller, a *workflow.Action, what string, chunks int) error {
	key := look{opening{c.Person, a.ID}, what, what != "text" && a.State.Over()}
	g.mu.Lock()
	known := g.looks[key]
	g.looks[key] = true
	g.mu.Unlock()
	if known {
		return nil
	}
	_, err := g.append(ctx, sallyport.Gateway, "", say(&sallyport.PageShown{Person: c.Person, Action: a.ID, What: what, Chunks: chunks}))
	if err != nil {
		g.mu.Lock()
		delete(g.looks, key)
		g.mu.Unlock()
	}
	return err
}
