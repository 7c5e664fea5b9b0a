package gateway

import "sallyport/workflow"

// Counts are how much is under way.
type Counts struct{ Sessions, Waiting, Running int }

// Counts counts.
func (g *Gateway) Counts() Counts {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := Counts{Sessions: len(g.state.Live()), Running: len(g.runs)}
	for _, sess := range g.state.Live() {
		for _, a := range sess.Actions {
			if st := g.state.Actions[a].State; st.Pending() && st != workflow.Approved {
				c.Waiting++
			}
		}
	}
	return c
}
