package sallyport

// Mode is how far an engineer's participation goes (R22). The ladder is ordered: deny < advise < view < propose < drive.
type Mode string

const (
	Deny    Mode = "deny"
	Advise  Mode = "advise"  // words only, no system data
	View    Mode = "view"    // the escort works, the engineer sees released output
	Propose Mode = "propose" // the engineer proposes, a decider decides, the gateway executes
	Drive   Mode = "drive"   // the engineer types, watched, frozen at will
)

// Rank orders modes; 0 is deny, -1 is no mode at all.
func (m Mode) Rank() int {
	for i, known := range []Mode{Deny, Advise, View, Propose, Drive} {
		if m == known {
			return i
		}
	}
	return -1
}

// Role is an assignment that a person holds on one system or on all.
type Role string

const (
	RoleEngineer      Role = "engineer"
	RoleEscort        Role = "escort"
	RoleSecond        Role = "second" // second person of two-person control (NIST AC-3(2))
	RoleSupervisor    Role = "supervisor"
	RoleSystemOwner   Role = "system-owner"
	RoleApprover      Role = "approver"
	RoleAdministrator Role = "administrator"
	RoleReviewer      Role = "reviewer"
	RoleAuditor       Role = "auditor"
)

// Roles lists every role, in the order of DESIGN's vocabulary.
var Roles = []Role{RoleEngineer, RoleEscort, RoleSecond, RoleSupervisor, RoleSystemOwner, RoleApprover, RoleAdministrator, RoleReviewer, RoleAuditor}

// Seat is the place from which someone decides an action.
type Seat string

const (
	SeatEscort Seat = "escort"
	SeatSecond Seat = "second"
)

// Ask is what policy may be asked.
type Ask string

const (
	AskAdvise        Ask = "advise"
	AskView          Ask = "view"
	AskPropose       Ask = "propose"
	AskDrive         Ask = "drive"
	AskRead          Ask = "read" // read and pin a file of the target before the assessment
	AskEscort        Ask = "escort"
	AskDecide        Ask = "decide"
	AskDecideSecond  Ask = "decideSecond"
	AskExecute       Ask = "execute"
	AskSeeOutput     Ask = "seeOutput"
	AskReleaseOutput Ask = "releaseOutput"
	AskWatch         Ask = "watch"
	AskEnd           Ask = "end"
	AskApprove       Ask = "approve" // the session's own approval, the gate before the content gate (R19)
	AskAcceptRisk    Ask = "acceptRisk"
	AskConsent       Ask = "consent"
	AskReplay        Ask = "replay"
	AskExport        Ask = "export"
	AskAdminister    Ask = "administer"
)

// AskOf returns the question that a session in mode m puts to policy about its engineer.
func AskOf(m Mode) (Ask, bool) {
	switch m {
	case Advise:
		return AskAdvise, true
	case View:
		return AskView, true
	case Propose:
		return AskPropose, true
	case Drive:
		return AskDrive, true
	}
	return "", false
}
