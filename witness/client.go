package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"sallyport"
	"sallyport/ledger"
)

// Peer is a witness that a log uses.
type Peer struct {
	URL string // up to add-checkpoint, e.g. https://witness.example/
	Key *ledger.Witness
}

// Client offers the checkpoints of a log to its witnesses and keeps what they sign beside the log.
type Client struct {
	Log    *ledger.Log
	Peers  []Peer
	Quorum int           // how many must cosign; 0 is all
	HTTP   *http.Client  // nil: ten seconds for a request
	Logger *slog.Logger  // nil: slog.Default
	Stall  time.Duration // how long a quorum may fail before it is an alarm; 0: five minutes
	// Alarm is told when no quorum cosigned for Stall, and when a witness has seen another history: that one is grave. nil is the log only.
	Alarm func(what string)

	mu   sync.Mutex // protects the following
	seen map[string]int64
	last time.Time // of the last quorum
}

// Run offers a checkpoint now, and then at most once each interval when the log has grown, until ctx ends.
func (c *Client) Run(ctx context.Context, every time.Duration) {
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Stall == 0 {
		c.Stall = 5 * time.Minute
	}
	c.mu.Lock()
	c.last = time.Now()
	c.mu.Unlock()
	offered := int64(0)
	alarmed := false
	for ctx.Err() == nil {
		size, err := c.Log.WaitSize(ctx, offered+1)
		if err != nil {
			return
		}
		n, err := c.Offer(ctx)
		if err == nil {
			offered, alarmed = size, false
		} else {
			c.Logger.Warn("no quorum of witnesses", "cosigned", n, "err", err)
			c.mu.Lock()
			stalled := time.Since(c.last)
			c.mu.Unlock()
			if stalled > c.Stall && !alarmed {
				alarmed = true
				c.alarm(fmt.Sprintf("no quorum of witnesses has cosigned for %s", stalled.Round(time.Second)))
			}
		}
		select {
		case <-time.After(every):
		case <-ctx.Done():
		}
	}
}

func (c *Client) alarm(what string) {
	if c.Logger != nil {
		c.Logger.Error("witnesses", "alarm", what)
	}
	if c.Alarm != nil {
		c.Alarm(what)
	}
}

// Cosigned gives the size up to which a quorum has cosigned, and when that was.
func (c *Client) Cosigned() (size int64, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var sizes []int64
	for _, n := range c.seen {
		sizes = append(sizes, n)
	}
	slices.SortFunc(sizes, func(a, b int64) int { return int(b - a) })
	if q := c.quorum(); q <= len(sizes) && q > 0 {
		return sizes[q-1], c.last
	}
	return 0, time.Time{}
}

func (c *Client) quorum() int {
	if c.Quorum == 0 {
		return len(c.Peers)
	}
	return c.Quorum
}

// Offer offers the latest checkpoint to every witness, and stores it with the cosignatures if at least a quorum cosigned. It gives
// how many did.
func (c *Client) Offer(ctx context.Context) (int, error) {
	signed := c.Log.Checkpoint()
	if signed == nil {
		return 0, nil
	}
	head, n, err := ledger.OpenCheckpoint(signed, c.Log.Verifier())
	if err != nil {
		return 0, err
	}
	answers := make([][]note.Signature, len(c.Peers))
	errs := make([]error, len(c.Peers))
	var wg sync.WaitGroup
	for i, p := range c.Peers {
		wg.Go(func() {
			if answers[i], errs[i] = c.offer(ctx, p, head, n.Text, signed); errs[i] != nil {
				errs[i] = fmt.Errorf("witness %q: %w", p.Key.Name(), errs[i])
			}
		})
	}
	wg.Wait()
	count := 0
	for _, sigs := range answers {
		if len(sigs) > 0 {
			n.Sigs = append(n.Sigs, sigs...)
			count++
		}
	}
	if count < c.quorum() {
		return count, sallyport.Errorf(sallyport.Unavailable, "%d of %d witnesses cosigned %d entries, %d must: %w", count, len(c.Peers), head.Size, c.quorum(), errors.Join(errs...))
	}
	text := n.Text + "\n"
	for _, s := range n.Sigs {
		text += fmt.Sprintf("— %s %s\n", s.Name, s.Base64)
	}
	if err := c.Log.Store().AddCosigned(ctx, head.Size, []byte(text)); err != nil {
		return count, err
	}
	c.mu.Lock()
	c.last = time.Now()
	c.mu.Unlock()
	return count, nil
}

// offer asks one witness, and once more with the size that it says it has.
func (c *Client) offer(ctx context.Context, p Peer, head ledger.Checkpoint, text string, signed []byte) ([]note.Signature, error) {
	c.mu.Lock()
	old := c.seen[p.Key.Name()]
	c.mu.Unlock()
	for range 2 {
		req := request{old: old, checkpoint: signed}
		if old > 0 && old < head.Size {
			var err error
			if req.proof, err = c.Log.ProveConsistency(ctx, old, head.Size); err != nil {
				return nil, err
			}
		}
		status, body, err := c.post(ctx, p, req.encode())
		if err != nil {
			return nil, err
		}
		switch status {
		case http.StatusOK:
			n, err := note.Open([]byte(text+"\n"+string(body)), note.VerifierList(p.Key))
			if err != nil {
				return nil, fmt.Errorf("its cosignature does not verify: %w", err)
			}
			c.mu.Lock()
			if c.seen == nil {
				c.seen = map[string]int64{}
			}
			c.seen[p.Key.Name()] = head.Size
			c.mu.Unlock()
			return n.Sigs, nil
		case http.StatusConflict:
			size, err := strconv.ParseInt(strings.TrimSpace(string(body)), 10, 64)
			if err != nil {
				return nil, fmt.Errorf("it answers with the size %.40q", body)
			}
			if size > head.Size || size == old {
				c.alarm(fmt.Sprintf("witness %q has seen %d entries of this log, the log has %d: it was rolled back or shown differently", p.Key.Name(), size, head.Size))
				return nil, sallyport.Errorf(sallyport.Conflict, "it has seen %d entries, the log has %d", size, head.Size)
			}
			old = size
		case http.StatusUnprocessableEntity:
			c.alarm(fmt.Sprintf("witness %q has seen another history of this log up to %d entries", p.Key.Name(), old))
			return nil, sallyport.Errorf(sallyport.Conflict, "it has seen another history of this log up to %d entries", old)
		default:
			return nil, fmt.Errorf("it answers %d: %.200q", status, body)
		}
	}
	return nil, errors.New("it changes its mind about the size it has seen")
}

func (c *Client) post(ctx context.Context, p Peer, body []byte) (int, []byte, error) {
	client := c.HTTP
	if client == nil {
		client = &http.Client{Timeout: 10 * time.Second}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(p.URL, "/")+"/add-checkpoint", bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	return resp.StatusCode, answer, err
}
