package policy

import (
	"time"

	"sallyport"
)

// Request is one question: may Principal do Ask on System, in these circumstances? The zero value of every part means
// "there is none", and a policy can tell: nobody holds no role and has no known fact.
//
// Who is the principal:
//
//	advise view propose drive   the engineer, at every Stage and for every action proposed
//	read execute                the engineer whose action it is: their facts must still hold
//	escort                      whoever wants to claim the session, or holds it
//	decide decideSecond         the decider; Decision says what they answer
//	seeOutput                   the engineer
//	everything else             whoever does it; Subject is the person whom it concerns, where it concerns one
type Request struct {
	Ask       sallyport.Ask
	Now       time.Time
	Principal Subject
	System    System
	Session   Session
	Action    Action
	Decision  Decision

	// Topic says what an administer is about, one of the Topic constants. SelfAsserted: the fact recorded is marked so.
	Topic        Topic
	Subject      Subject
	SelfAsserted bool

	Lists       Lists
	Acceptances []Acceptance
	Approvals   []Approval
	Disclosure  *Disclosure // nil: the system has none
	Revocations []Revocation
}

// Subject is a person as policy sees them. The zero Subject is nobody.
type Subject struct {
	ID       sallyport.PersonID
	Roles    []sallyport.Role // on the system of the request, those for "*" included, those over by now left out
	Facts    Facts
	Escorted int // sessions that they escort now, without the one of the request
}

// Facts are a person's facts by name, each as last recorded. A withdrawn fact is not in it.
type Facts map[string]Held

// Held is a fact as it stands in the ledger. Fact is nil where its blob is withheld; Until and SelfAsserted come from
// the entry then.
type Held struct {
	Fact         *sallyport.Fact
	Until        *time.Time
	SelfAsserted bool
	Vouchers     []sallyport.PersonID // who gave a second word (FactVouched)
}

// With returns a copy of f in which fact replaces its namesake: a session's own location, for instance. A network that says something
// else than the record leaves neither: whoever is on record in one country and comes through another's network may be in either. What a person only
// says of themselves does not take the place of a record that agrees with it and is better shown; where it disagrees it
// does, and both are gone: the record is contradicted, the word is not verified.
func (f Facts) With(fact *sallyport.Fact) Facts {
	old, recorded := f[fact.Name]
	if recorded && fact.SelfAsserted && old.Fact != nil && agree(old.Fact.Value, fact.Value) {
		return f
	}
	out := make(Facts, len(f)+1)
	for name, held := range f {
		out[name] = held
	}
	where, _ := fact.Value.(sallyport.Location)
	switch listed := where.Method == "network-list"; {
	case recorded && old.Fact == nil && (listed || fact.SelfAsserted): // whether they agree is withheld
		out[fact.Name] = Held{}
		return out
	case recorded && listed && !agree(old.Fact.Value, fact.Value):
		delete(out, fact.Name)
		return out
	}
	out[fact.Name] = Held{Fact: fact, Until: fact.Until, SelfAsserted: fact.SelfAsserted}
	return out
}

// agree tells whether two values say the same. Two locations do when the country is the same, however it is known.
func agree(a, b sallyport.FactValue) bool {
	here, ok := a.(sallyport.Location)
	if there, too := b.(sallyport.Location); ok && too {
		return here.Country == there.Country
	}
	return FactText(a) == FactText(b) && a.FactName() == b.FactName()
}

// System is the authorisation boundary of the request.
type System struct {
	ID           sallyport.SystemID
	Impact       string
	Technologies []string
	EscortCap    int // 0: the profile's alone
}

// Stage is how far a session has come.
type Stage string

const (
	StageNone    Stage = ""        // no session is concerned
	StageRequest Stage = "request" // it is asked for: nothing needs to be approved yet
	StageOpen    Stage = "open"    // it is about to open: every gate before it must be passed
	StageWork    Stage = "work"    // it is open
)

// Session is what policy sees of a session.
type Session struct {
	ID       sallyport.SessionID
	Ticket   sallyport.TicketID
	Stage    Stage
	Mode     sallyport.Mode
	Engineer Subject
	Escort   Subject // nobody until it is claimed
	Second   Subject // whoever decides, or decided, as second person
	Owner    Subject // who consented
	Approver Subject // who approved it

	Approved   bool
	Consented  bool
	Present    bool // the escort is there
	Paused     bool
	BreakGlass bool
	// Technologies are those of the ticket and its targets.
	Technologies []string
}

// Action is what policy sees of an action.
type Action struct {
	ID       sallyport.ActionID // "": no action is concerned
	Assessed bool
	Verdict  sallyport.Verdict
	Complete bool
	Kinds    []sallyport.EffectKind
	Needs    []string // technologies that the assessment found

	Runbook bool // an in-force runbook is equal to it
	Signed  bool // the proposal carries the engineer's own signature
	// EscortApproved and SecondApproved: an approval of that seat is in force.
	EscortApproved bool
	SecondApproved bool
}

// Decision is what a decider is about to answer.
type Decision struct {
	Answer string // sallyport.Approve, Refuse, Question, Escalate
	Words  bool   // states in their own words what the action does
	Signed bool
}

// Topic is what an administer is about.
type Topic string

const (
	TopicPerson           Topic = "person"
	TopicFact             Topic = "fact"  // Subject: whose
	TopicVouch            Topic = "vouch" // Subject: whose fact
	TopicRole             Topic = "role"  // Subject: who gets or loses it
	TopicKey              Topic = "key"   // Subject: whose; the principal is the voucher
	TopicSystem           Topic = "system"
	TopicTarget           Topic = "target"
	TopicPolicy           Topic = "policy"
	TopicList             Topic = "list"
	TopicDisclosure       Topic = "disclosure"
	TopicTicket           Topic = "ticket"         // Subject: its engineer
	TopicApproval         Topic = "approval"       // a written process approval (R21)
	TopicRunbook          Topic = "runbook"        // signing as escort; Subject: the other signer, where known
	TopicRunbookSecond    Topic = "runbook-second" // Subject: the escort who signed
	TopicRevoke           Topic = "revoke"
	TopicRestore          Topic = "restore"
	TopicBreakGlass       Topic = "break-glass"
	TopicBreakGlassReview Topic = "break-glass-review" // Subject: who broke it
)

// Topics lists them all.
var Topics = []Topic{TopicPerson, TopicFact, TopicVouch, TopicRole, TopicKey, TopicSystem, TopicTarget, TopicPolicy, TopicList, TopicDisclosure,
	TopicTicket, TopicApproval, TopicRunbook, TopicRunbookSecond, TopicRevoke, TopicRestore, TopicBreakGlass, TopicBreakGlassReview}

// Acceptance is a risk acceptance (R59): rule is set aside for person, or for everyone where Person is "", until Until.
type Acceptance struct {
	ID     sallyport.AcceptID
	System sallyport.SystemID
	Person sallyport.PersonID
	Rule   string
	By     sallyport.PersonID
	From   time.Time
	Until  time.Time
}

// Approval is a written process approval on record (R21).
type Approval struct {
	ID        sallyport.ApprovalID
	System    sallyport.SystemID
	Countries []string
	From      time.Time
	Until     time.Time
}

// Disclosure is what the system's plan says about who takes part (R58). "*" stands for any.
type Disclosure struct {
	Version   string
	Countries []string
	Employers []string
}

// Revocation is a revocation in force. What is one of the words of sallyport.Revoked.
type Revocation struct {
	What string
	Name string
}
