package gateway

import (
	"cmp"
	"fmt"

	"sallyport"
	"sallyport/workflow"
)

// says puts an entry into one sentence for a list. The caller holds the lock.
func (g *Gateway) says(s *workflow.State, e sallyport.Entry, b sallyport.Body) string {
	by := g.party(s, e.By).Name
	name := func(p sallyport.PersonID) string { return g.party(s, p).Name }
	switch b := b.(type) {
	case *sallyport.LogOpened:
		return fmt.Sprintf("The log %s was opened", b.Origin)
	case *sallyport.Heartbeat:
		switch {
		case b.Started:
			return "The server started"
		case b.Stopped:
			return "The server stopped in good order"
		}
		return "The server is alive"
	case *sallyport.PolicySet:
		return fmt.Sprintf("%s put profile %s, version %s, in force", by, b.Profile, b.Version)
	case *sallyport.ListSet:
		return fmt.Sprintf("%s put country list %s, version %s, in force", by, b.List, b.Version)
	case *sallyport.PersonAdded:
		return fmt.Sprintf("%s added person %s", by, name(b.Person))
	case *sallyport.PersonChanged:
		return fmt.Sprintf("%s changed the details of %s", by, name(b.Person))
	case *sallyport.FactRecorded:
		return fmt.Sprintf("%s recorded %s of %s", by, b.Name, name(b.Person))
	case *sallyport.FactVouched:
		return fmt.Sprintf("%s vouched for %s of %s", by, b.Name, name(b.Person))
	case *sallyport.FactWithdrawn:
		return fmt.Sprintf("%s withdrew %s of %s", by, b.Name, name(b.Person))
	case *sallyport.KeyOffered:
		return by + " offers a passkey, and waits for somebody to vouch for it"
	case *sallyport.KeyEnrolled:
		return fmt.Sprintf("%s enrolled a key of %s", by, name(b.Person))
	case *sallyport.KeyRetired:
		return fmt.Sprintf("%s retired a key", by)
	case *sallyport.RoleAssigned:
		return fmt.Sprintf("%s made %s %s on %s", by, name(b.Person), b.Role, b.System)
	case *sallyport.RoleWithdrawn:
		return fmt.Sprintf("%s ended %s's role %s on %s", by, name(b.Person), b.Role, b.System)
	case *sallyport.SignedIn:
		return fmt.Sprintf("%s signed in through %s", by, b.Door)
	case *sallyport.PageShown:
		return fmt.Sprintf("%s was shown the %s of action %s", name(b.Person), b.What, b.Action)
	case *sallyport.ReplayWatched:
		return fmt.Sprintf("%s looked at what was recorded of %s", by, cmp.Or(string(b.Action), "session "+string(b.Of)))
	case *sallyport.NetworksSet:
		return fmt.Sprintf("%s put a list of networks in force", by)
	case *sallyport.SystemSet:
		return fmt.Sprintf("%s set system %s under profile %s", by, b.System, b.Profile)
	case *sallyport.TargetChecking:
		return by + " has the gateway look at target " + string(b.Target) + " as " + b.Login
	case *sallyport.TargetSet:
		return fmt.Sprintf("%s set target %s of %s", by, b.Target, b.System)
	case *sallyport.DisclosureSet:
		return fmt.Sprintf("%s put disclosure %s of %s in force", by, b.Version, b.System)
	case *sallyport.ApprovalRecorded:
		return fmt.Sprintf("%s recorded approval %s of %s", by, b.Approval, b.System)
	case *sallyport.ExportMade:
		return by + " exported evidence"
	case *sallyport.Witnessed:
		return fmt.Sprintf("Witness %s cosigned the first %d entries", b.Witness, b.Size)
	case *sallyport.TicketOpened:
		return fmt.Sprintf("%s opened ticket %s for %s", by, b.Ticket, name(b.Engineer))
	case *sallyport.TicketClosed:
		return fmt.Sprintf("%s closed ticket %s", by, b.Ticket)
	case *sallyport.AcceptanceSigned:
		return fmt.Sprintf("%s accepted the risk of setting aside %s until %s", by, b.Rule, b.Until.Format("2006-01-02 15:04Z"))
	case *sallyport.AcceptanceWarned:
		return fmt.Sprintf("Risk acceptance %s ends at %s: those concerned were warned", b.Acceptance, b.Until.Format("2006-01-02 15:04Z"))
	case *sallyport.AcceptanceEnded:
		return fmt.Sprintf("%s ended risk acceptance %s: %s", by, b.Acceptance, b.Reason)
	case *sallyport.Revoked:
		return fmt.Sprintf("%s revoked %s %s: %s", by, b.What, b.Name, b.Reason)
	case *sallyport.Restored:
		return fmt.Sprintf("%s restored %s %s: %s", by, b.What, b.Name, b.Reason)
	case *sallyport.RunbookSigned:
		return fmt.Sprintf("%s signed runbook %s", by, b.Runbook)
	case *sallyport.RunbookSeconded:
		return fmt.Sprintf("%s seconded runbook %s", by, b.Runbook)
	case *sallyport.RunbookWithdrawn:
		return fmt.Sprintf("%s withdrew runbook %s: %s", by, b.Runbook, b.Reason)
	case *sallyport.BreakGlass:
		return fmt.Sprintf("%s broke the glass until %s", by, b.Until.Format("2006-01-02 15:04Z"))
	case *sallyport.BreakGlassReviewed:
		return fmt.Sprintf("%s reviewed the break-glass of session %s: %s", by, b.Of, b.Outcome)
	case *sallyport.SessionRequested:
		return fmt.Sprintf("%s asked for a session under ticket %s, mode %s", by, b.Ticket, b.Mode)
	case *sallyport.SessionApproved:
		return fmt.Sprintf("%s approved the session", by)
	case *sallyport.SessionRefused:
		return fmt.Sprintf("%s refused the session", by)
	case *sallyport.ConsentGiven:
		return fmt.Sprintf("%s consented to the session as the system's owner", by)
	case *sallyport.SessionOpened:
		return "The session opened"
	case *sallyport.SessionClaimed:
		return fmt.Sprintf("%s claimed the session as escort", by)
	case *sallyport.SessionHanded:
		return fmt.Sprintf("%s handed the session over", by)
	case *sallyport.SessionPaused:
		return fmt.Sprintf("%s paused the session: %s", by, b.Why)
	case *sallyport.SessionResumed:
		return fmt.Sprintf("%s resumed the session", by)
	case *sallyport.PresenceLost:
		return "The escort is no longer there: " + b.Why
	case *sallyport.PresenceBack:
		return fmt.Sprintf("%s is there again", by)
	case *sallyport.SessionEnding:
		return fmt.Sprintf("%s ended the session: %s", by, b.Why)
	case *sallyport.SessionEnded:
		return fmt.Sprintf("The session is closed after %d entries", b.Count)
	case *sallyport.OwnerTold:
		return fmt.Sprintf("System owner %s was told that the session %s", name(b.Owner), b.Event)
	case *sallyport.Said:
		return by + " said something"
	case *sallyport.ActionProposed:
		return fmt.Sprintf("%s proposed action %s on %s", by, b.Action, b.Target)
	case *sallyport.ActionReading:
		return fmt.Sprintf("Files that action %s runs are read on the target", b.Action)
	case *sallyport.ActionResolved:
		return fmt.Sprintf("What action %s runs is established", b.Action)
	case *sallyport.ActionAssessed:
		return fmt.Sprintf("Action %s was assessed: %s", b.Action, b.Verdict)
	case *sallyport.ActionDecided:
		return fmt.Sprintf("%s %s action %s, %.0f s after opening it", by, spoken(b.Answer), b.Action, b.Shown.Decided.Sub(b.Shown.Opened).Seconds())
	case *sallyport.ActionAnswered:
		return fmt.Sprintf("%s answered about action %s", by, b.Action)
	case *sallyport.ActionWithdrawn:
		return fmt.Sprintf("%s withdrew action %s", by, b.Action)
	case *sallyport.ActionCancelled:
		return fmt.Sprintf("Action %s was cancelled: %s", b.Action, b.Why)
	case *sallyport.ActionStarted:
		if b.Runbook != "" {
			return fmt.Sprintf("Action %s was permitted under runbook %s, without a new decision, and started", b.Action, b.Runbook)
		}
		return fmt.Sprintf("Action %s was permitted and started", b.Action)
	case *sallyport.ActionStopping:
		return fmt.Sprintf("%s asked action %s to end: %s", by, b.Action, b.Why)
	case *sallyport.ActionFinished:
		return fmt.Sprintf("Action %s finished with status %d", b.Action, b.Exit)
	case *sallyport.ActionFailed:
		return fmt.Sprintf("Action %s did not run: %s", b.Action, b.Why)
	case *sallyport.ActionInterrupted:
		return fmt.Sprintf("The outcome of action %s is unknown: %s", b.Action, b.Why)
	case *sallyport.RecordingChunk:
		return fmt.Sprintf("Recording chunk %d was sealed", b.Number)
	case *sallyport.OutputReleased:
		return fmt.Sprintf("Output of action %s was released", b.Action)
	}
	return fmt.Sprintf("%s: %s", by, e.Kind)
}
