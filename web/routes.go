package web

import (
	"net/http"

	"sallyport"
	"sallyport/gateway"
)

// route is one line of the API. Exactly one of Do and Stream is set.
type route struct {
	Method, Path string
	Do           func(r *http.Request, c gateway.Caller) (any, error)                 // nil answers 204
	Stream       func(w http.ResponseWriter, r *http.Request, c gateway.Caller) error // a failure before the first byte
	Alone        bool                                                                 // a page calls it by itself: does not count as use
}

// routes lists the whole API. A test holds docs/spec/api.md to it.
func (s *Server) routes() []route {
	return []route{
		{Method: "GET", Path: "/api/v1/me", Do: s.me, Alone: true},
		{Method: "POST", Path: "/api/v1/links", Do: s.makeLink},
		{Method: "POST", Path: "/api/v1/signout", Stream: s.signout},
		{Method: "GET", Path: "/api/v1/events", Stream: s.events, Alone: true},

		{Method: "GET", Path: "/api/v1/queue", Do: s.queue, Alone: true},
		{Method: "GET", Path: "/api/v1/tickets", Do: s.tickets, Alone: true},
		{Method: "POST", Path: "/api/v1/tickets", Do: s.ticketAdd},
		{Method: "POST", Path: "/api/v1/tickets/{ticket}/close", Do: s.ticketClose},
		{Method: "POST", Path: "/api/v1/tickets/{ticket}/session", Do: s.sessionOpen},

		{Method: "GET", Path: "/api/v1/sessions", Do: s.sessions, Alone: true},
		{Method: "GET", Path: "/api/v1/sessions/{session}", Do: s.session, Alone: true},
		{Method: "GET", Path: "/api/v1/sessions/{session}/replay", Do: s.replay, Alone: true},
		{Method: "POST", Path: "/api/v1/sessions/{session}/actions", Do: s.propose},
		{Method: "POST", Path: "/api/v1/sessions/{session}/challenge", Do: s.proposalChallenge},
		{Method: "POST", Path: "/api/v1/sessions/{session}/say", Do: s.say},
		{Method: "POST", Path: "/api/v1/sessions/{session}/claim", Do: s.claim},
		{Method: "POST", Path: "/api/v1/sessions/{session}/handover", Do: s.handOver},
		{Method: "POST", Path: "/api/v1/sessions/{session}/pause", Do: s.pause},
		{Method: "POST", Path: "/api/v1/sessions/{session}/resume", Do: s.resume},
		{Method: "POST", Path: "/api/v1/sessions/{session}/end", Do: s.end},
		{Method: "POST", Path: "/api/v1/sessions/{session}/approve", Do: s.sessionApprove},
		{Method: "POST", Path: "/api/v1/sessions/{session}/refuse", Do: s.sessionRefuse},
		{Method: "POST", Path: "/api/v1/sessions/{session}/consent", Do: s.consent},
		{Method: "POST", Path: "/api/v1/sessions/{session}/breakglass", Do: s.breakGlass},
		{Method: "POST", Path: "/api/v1/sessions/{session}/breakglass/review", Do: s.breakGlassReview},
		{Method: "GET", Path: "/api/v1/sessions/{session}/receipt", Stream: s.receipt},
		{Method: "POST", Path: "/api/v1/sessions/{session}/presence", Do: s.presence, Alone: true},

		{Method: "GET", Path: "/api/v1/actions/{action}", Do: s.action, Alone: true},
		{Method: "GET", Path: "/api/v1/actions/{action}/follow", Stream: s.follow, Alone: true},
		{Method: "GET", Path: "/api/v1/actions/{action}/material", Do: s.material, Alone: true},
		{Method: "POST", Path: "/api/v1/actions/{action}/watch", Do: s.watch},
		{Method: "POST", Path: "/api/v1/actions/{action}/challenge", Do: s.decisionChallenge},
		{Method: "POST", Path: "/api/v1/actions/{action}/decision", Do: s.decide},
		{Method: "POST", Path: "/api/v1/actions/{action}/answer", Do: s.answer},
		{Method: "POST", Path: "/api/v1/actions/{action}/withdraw", Do: s.withdraw},
		{Method: "POST", Path: "/api/v1/actions/{action}/release", Do: s.release},
		{Method: "POST", Path: "/api/v1/actions/{action}/stop", Do: s.stop},

		{Method: "GET", Path: "/api/v1/ledger", Do: s.ledger, Alone: true},

		{Method: "GET", Path: "/api/v1/people", Do: s.people, Alone: true},
		{Method: "POST", Path: "/api/v1/people", Do: s.personAdd},
		{Method: "POST", Path: "/api/v1/people/import", Do: s.peopleImport},
		{Method: "PUT", Path: "/api/v1/people/{person}", Do: s.personChange},
		{Method: "POST", Path: "/api/v1/people/{person}/facts", Do: s.factRecord},
		{Method: "POST", Path: "/api/v1/people/{person}/facts/{fact}/vouch", Do: s.factVouch},
		{Method: "POST", Path: "/api/v1/people/{person}/facts/{fact}/withdraw", Do: s.factWithdraw},
		{Method: "POST", Path: "/api/v1/people/{person}/keys", Do: s.keyEnrol},
		{Method: "POST", Path: "/api/v1/people/{person}/passkeys", Do: s.passkeyVouch},
		{Method: "GET", Path: "/api/v1/passkeys", Do: s.offers, Alone: true},
		{Method: "POST", Path: "/api/v1/passkeys/challenge", Do: s.passkeyChallenge},
		{Method: "POST", Path: "/api/v1/passkeys", Do: s.passkeyOffer},
		{Method: "POST", Path: "/api/v1/keys/retire", Do: s.keyRetire},
		{Method: "POST", Path: "/api/v1/people/{person}/roles", Do: s.roleAssign},
		{Method: "POST", Path: "/api/v1/people/{person}/roles/withdraw", Do: s.roleWithdraw},

		{Method: "GET", Path: "/api/v1/explain", Do: s.explain, Alone: true},
		{Method: "GET", Path: "/api/v1/who", Do: s.who},
		{Method: "GET", Path: "/api/v1/ending", Do: s.ending, Alone: true},
		{Method: "POST", Path: "/api/v1/here", Do: s.here},
		{Method: "GET", Path: "/api/v1/networks", Do: s.networks},
		{Method: "PUT", Path: "/api/v1/networks", Do: s.networksSet},
		{Method: "GET", Path: "/api/v1/systems", Do: s.systems, Alone: true},
		{Method: "PUT", Path: "/api/v1/systems/{system}", Do: s.systemSet},
		{Method: "PUT", Path: "/api/v1/systems/{system}/disclosure", Do: s.disclosureSet},
		{Method: "GET", Path: "/api/v1/targets", Do: s.targets, Alone: true},
		{Method: "PUT", Path: "/api/v1/targets/{target}", Do: s.targetSet},
		{Method: "POST", Path: "/api/v1/targets/{target}/check", Do: s.targetCheck},
		{Method: "GET", Path: "/api/v1/disclosures", Do: s.disclosures, Alone: true},
		{Method: "GET", Path: "/api/v1/lists", Do: s.lists, Alone: true},
		{Method: "PUT", Path: "/api/v1/lists/{list}", Do: s.listSet},
		{Method: "GET", Path: "/api/v1/policies", Do: s.policies, Alone: true},
		{Method: "PUT", Path: "/api/v1/policies/{profile}", Do: s.policySet},
		{Method: "POST", Path: "/api/v1/policies/{profile}/diff", Do: s.policyDiff},

		{Method: "GET", Path: "/api/v1/acceptances", Do: s.acceptances, Alone: true},
		{Method: "POST", Path: "/api/v1/acceptances", Do: s.acceptanceSign},
		{Method: "POST", Path: "/api/v1/acceptances/challenge", Do: s.acceptanceChallenge},
		{Method: "POST", Path: "/api/v1/acceptances/{acceptance}/end", Do: s.acceptanceEnd},
		{Method: "GET", Path: "/api/v1/approvals", Do: s.approvals, Alone: true},
		{Method: "POST", Path: "/api/v1/approvals", Do: s.approvalRecord},
		{Method: "GET", Path: "/api/v1/runbooks", Do: s.runbooks, Alone: true},
		{Method: "POST", Path: "/api/v1/runbooks", Do: s.runbookSign},
		{Method: "POST", Path: "/api/v1/runbooks/challenge", Do: s.runbookChallenge},
		{Method: "POST", Path: "/api/v1/runbooks/{runbook}/challenge", Do: s.secondChallenge},
		{Method: "POST", Path: "/api/v1/runbooks/{runbook}/second", Do: s.runbookSecond},
		{Method: "POST", Path: "/api/v1/runbooks/{runbook}/withdraw", Do: s.runbookWithdraw},
		{Method: "GET", Path: "/api/v1/revocations", Do: s.revocations, Alone: true},
		{Method: "POST", Path: "/api/v1/revocations", Do: s.revoke},
		{Method: "POST", Path: "/api/v1/restorations", Do: s.restore},

		{Method: "POST", Path: "/api/v1/exports", Stream: s.export},
		{Method: "POST", Path: "/api/v1/handovers", Do: s.handover},
	}
}

// serve finds the caller and answers one route.
func (s *Server) serve(t route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, _, err := s.caller(r, !t.Alone)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if t.Stream != nil {
			if err := t.Stream(w, r, c); err != nil {
				s.fail(w, r, err)
			}
			return
		}
		v, err := t.Do(r, c)
		if err == nil {
			err = write(w, v)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// pathID reads an identifier out of the path.
func pathID[T ~string](r *http.Request, name string) (T, error) {
	v := r.PathValue(name)
	if !sallyport.ValidID(v) {
		return "", sallyport.Errorf(sallyport.Invalid, "%s %q is not an identifier", name, v)
	}
	return T(v), nil
}

// both reads an identifier out of the path and a T out of the body.
func both[ID ~string, T any](r *http.Request, name string, limit int64) (ID, T, error) {
	var v T
	id, err := pathID[ID](r, name)
	if err == nil {
		v, err = decode[T](r, limit)
	}
	return id, v, err
}
