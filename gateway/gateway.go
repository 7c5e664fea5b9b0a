package gateway

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"sallyport"
	"sallyport/ledger"
	"sallyport/recording"
	"sallyport/rules"
	"sallyport/target"
	"sallyport/workflow"
)

// Blobs is the blob store as the gateway needs it. Put is durable when it returns.
type Blobs interface {
	Put(ctx context.Context, content []byte) (sallyport.BlobRef, error)
	Get(ctx context.Context, digest sallyport.Digest) (content, salt []byte, err error)
}

// Config is what a gateway is made of.
type Config struct {
	Log     *ledger.Log
	Blobs   Blobs
	Runner  target.Runner
	Logger  *slog.Logger
	Version string

	Now     func() time.Time   // nil is time.Now
	NewID   func() string      // random part of identifiers; nil is 80 random bits in base32
	Fail    func(point string) // failpoints of crash tests; nil in production. See points.go
	Notify  func(Notice)       // webhook and the like; must not block
	Keyring *recording.Keyring // whom recordings are encrypted to
	// WitnessKeys are put into bundles, so that their readers know whose cosignatures the operator asks for.
	WitnessKeys []string

	Heartbeat   time.Duration // between heartbeats; 0 is one minute
	LinkLost    time.Duration // escort's page silent for so long is gone; 0 is 2 s
	ProposeRate int           // proposals per minute of one engineer; 0 is 60
	WarnBefore  time.Duration // before a risk acceptance ends; 0 is a week, negative never
	TellBy      string        // how system owners are told, for the record: "feed", "feed,webhook", ...; "" is feed
}

// Gateway implements Service.
type Gateway struct {
	Config
	check *rules.Checker
	log   *slog.Logger

	mu      sync.Mutex      // protects the following
	state   *workflow.State // all entries that were enqueued, durable or about to be
	broken  error           // set once when the ledger failed: nothing is accepted any more
	runs    map[sallyport.ActionID]*run
	seen    map[sallyport.SessionID]*presence
	pace    map[sallyport.PersonID]*pace
	past    history               // where people acted and their facts changed
	opened  map[opening]time.Time // since when a decider has had a page open
	watched map[opening]time.Time // when a replay was last entered; see replay.go
	looks   map[look]bool         // what is in the ledger already of who was shown what
	// drafts and unsigned wait for their person's signature; see signing.go.
	drafts    map[sallyport.PersonID]ProposalChallenge
	unsigned  map[opening]decisionDraft
	accepting map[sallyport.PersonID]sallyport.AcceptanceSigned // see accepting.go
	// preparing has the actions that a goroutine prepares; true means that it is to look once more.
	preparing map[sallyport.ActionID]bool

	stated    map[sallyport.PersonID]statement // where people say they are; see located.go
	ids       []sallyport.PersonID             // everyone, sorted; made again when somebody is added
	menus     map[sallyport.PersonID]menu
	changed   int64              // size of the ledger after the last entry that can change what policy answers
	changedAt time.Time          // when that was
	earlier   earlier            // has a lock of its own
	matches   map[string]matched // by session, or by "action " and action; see match.go

	subs  subscribers
	cache *blobCache

	background sync.WaitGroup
	stop       context.CancelFunc
	ctx        context.Context // ends with Close
}

// Open folds the ledger into the state and takes up what a crash left: actions that were running are interrupted,
// proposals are assessed, presence is lost until it is shown again.
func Open(ctx context.Context, c Config) (*Gateway, error) {
	g, err := newGateway(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := g.takeUp(ctx); err != nil {
		return nil, err
	}
	g.background.Go(g.tick)
	return g, nil
}

func (g *Gateway) defaults() {
	if g.log == nil {
		g.log = slog.New(slog.DiscardHandler)
	}
	if g.Now == nil {
		g.Now = time.Now
	}
	if g.NewID == nil {
		g.NewID = randomID
	}
	if g.Fail == nil {
		g.Fail = func(string) {}
	}
	if g.Heartbeat == 0 {
		g.Heartbeat = time.Minute
	}
	if g.LinkLost == 0 {
		g.LinkLost = 2 * time.Second
	}
	if g.WarnBefore == 0 {
		g.WarnBefore = 7 * 24 * time.Hour
	}
	if g.TellBy == "" {
		g.TellBy = "feed"
	}
	if g.ProposeRate == 0 {
		g.ProposeRate = 60
	}
}

// fold reads every entry into the state. Each was checked when it was written; it is checked for its form and its place again.
func (g *Gateway) fold(ctx context.Context) error {
	return g.Log.Each(ctx, 0, func(index int64, raw []byte) error {
		e, body, err := sallyport.DecodeEntry(raw)
		if err == nil {
			err = g.state.Apply(e, body, raw)
		}
		if err == nil {
			g.past.remember(g.state, index, e, body)
			g.note(notice(index, e, body), e.Time)
		}
		if err != nil {
			return sallyport.Errorf(sallyport.Internal, "ledger entry %d cannot follow: %w", index, err).
				WithHint("run `sallyport verify` on this state; do not start it until you know why")
		}
		return nil
	})
}

// Close stops what runs in the background, ends running actions, and writes an orderly stop.
func (g *Gateway) Close() error {
	g.stop()
	g.background.Wait()
	_, err := g.append(context.Background(), sallyport.Gateway, "", say(&sallyport.Heartbeat{Every: g.Heartbeat, Stopped: true}))
	g.subs.closeAll()
	return err
}

// Healthy tells whether the gateway accepts work, and if not why.
func (g *Gateway) Healthy() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.broken
}
