package gateway

import (
	"context"

	"sallyport"
	"sallyport/ledger"
	"sallyport/workflow"
)

// Receipt implements Service. It gives the proof that the last entry of a session, and with it the whole chain, is in the log: under the
// latest checkpoint that witnesses cosigned, where one covers it. Whoever keeps it can hold any later evidence against it. It is for who took
// part, and for who may watch the session, such as an auditor.
func (g *Gateway) Receipt(ctx context.Context, c Caller, session sallyport.SessionID) ([]byte, error) {
	err := g.view(func(s *workflow.State) error {
		if session == "" {
			if session = lastOver(s, c.Person); session == "" {
				return sallyport.Errorf(sallyport.NotFound, "no session that is over had you as its engineer or escort").WithHint("name the session whose receipt you want")
			}
		}
		sess := s.Sessions[session]
		switch {
		case sess == nil || !g.tookPart(s, sess, c.Person) && !g.party2(s, sess, c.Person):
			return sallyport.Errorf(sallyport.NotFound, "no session %q that you took part in and that is over", session)
		case sess.State != workflow.Ended && sess.State != workflow.Refused:
			return sallyport.Errorf(sallyport.Conflict, "session %q is %s: its receipt covers the whole of it", session, sess.State).WithHint("end it, then ask again")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	last, from := int64(-1), int64(0)
	for {
		list, err := g.about(ctx, "session", string(session), from, 1000)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			break
		}
		last = list[len(list)-1]
		from = last + 1
	}
	// What follows the end of a session and names it (a review, a revocation) is not part of its chain.
	for ; last >= 0; last-- {
		raw, err := g.Log.Read(ctx, last, last+1)
		if err != nil {
			return nil, err
		}
		if e, _, err := sallyport.DecodeEntry(raw[0]); err == nil && e.Session == session {
			break
		}
	}
	r, err := ledger.MakeReceipt(ctx, g.Log.Store(), last)
	if err != nil {
		return nil, err
	}
	return r.Encode(), nil
}

// tookPart tells whether a person was engineer or escort of a session, or decided in it.
func (g *Gateway) tookPart(s *workflow.State, sess *workflow.Session, p sallyport.PersonID) bool {
	if p == sess.Engineer || p == sess.Escort {
		return true
	}
	for _, id := range sess.Actions {
		for _, d := range s.Actions[id].Decisions {
			if d.By == p {
				return true
			}
		}
	}
	return false
}

// lastOver gives the session that ended last of those that had a person as its engineer or, at its end, as its escort; or "".
func lastOver(s *workflow.State, p sallyport.PersonID) (last sallyport.SessionID) {
	var newest int64
	for id, sess := range s.Sessions {
		if (sess.Engineer == p || sess.Escort == p) && sess.State == workflow.Ended && sess.Over > newest {
			last, newest = id, sess.Over
		}
	}
	return last
}
