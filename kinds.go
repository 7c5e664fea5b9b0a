package sallyport

import (
	"reflect"
	"slices"
)

// kinds maps every kind to its body type. Written once at start, read only afterwards.
var kinds = func() map[Kind]reflect.Type {
	m := map[Kind]reflect.Type{}
	for _, b := range []Body{
		LogOpened{}, Heartbeat{}, PolicySet{}, ListSet{}, ExportMade{}, ReplayWatched{}, PageShown{}, Witnessed{},
		PersonAdded{}, PersonChanged{}, FactRecorded{}, FactVouched{}, FactWithdrawn{}, KeyOffered{}, KeyEnrolled{}, KeyRetired{},
		RoleAssigned{}, RoleWithdrawn{}, SignedIn{},
		SystemSet{}, TargetSet{}, TargetChecking{}, DisclosureSet{}, NetworksSet{}, TicketOpened{}, TicketClosed{}, AcceptanceSigned{}, AcceptanceWarned{}, AcceptanceEnded{},
		ApprovalRecorded{}, RunbookSigned{}, RunbookSeconded{}, RunbookWithdrawn{}, Revoked{}, Restored{},
		SessionRequested{}, SessionApproved{}, SessionRefused{}, ConsentGiven{}, SessionOpened{}, OwnerTold{}, SessionClaimed{},
		SessionHanded{}, SessionPaused{}, SessionResumed{}, PresenceLost{}, PresenceBack{}, SessionEnding{}, SessionEnded{}, Said{},
		BreakGlass{}, BreakGlassReviewed{},
		ActionProposed{}, ActionReading{}, ActionResolved{}, ActionAssessed{}, ActionDecided{}, ActionAnswered{},
		ActionWithdrawn{}, ActionCancelled{}, ActionStarted{}, ActionStopping{}, ActionFinished{}, ActionFailed{},
		ActionInterrupted{}, RecordingChunk{}, OutputReleased{},
	} {
		m[b.Kind()] = reflect.TypeOf(b)
	}
	return m
}()

// NewBody gives an empty body of kind, as a pointer.
func NewBody(kind Kind) (Body, error) {
	t, ok := kinds[kind]
	if !ok {
		return nil, Errorf(Invalid, "entry kind %q is not known", kind).WithHint("this log may be newer than this program")
	}
	return reflect.New(t).Interface().(Body), nil
}

// Kinds lists every kind, sorted.
func Kinds() []Kind {
	out := make([]Kind, 0, len(kinds))
	for k := range kinds {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
