package main

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"sallyport"
	"sallyport/ledger"
	"sallyport/witness"
)

// witnessEvery is the pause between offers of a checkpoint.
const witnessEvery = 2 * time.Second

// witnessKeys are the keys of the configured witnesses. Lines that are none are refused by startWitnesses.
func (c Config) witnessKeys() []string {
	var out []string
	for _, line := range c.Witnesses.Use {
		if _, key, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			out = append(out, strings.TrimSpace(key))
		}
	}
	return out
}

// startWitnesses offers the log's checkpoints to the configured witnesses until stop is called, which waits for the last offer.
func startWitnesses(log *ledger.Log, cfg Config, logger *slog.Logger) (stop func(), err error) {
	c := &witness.Client{Log: log, Quorum: cfg.Witnesses.Quorum, Logger: logger}
	for _, line := range cfg.Witnesses.Use {
		url, key, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
			return nil, sallyport.Errorf(sallyport.Invalid, "witness %q is not \"URL KEY\"", line)
		}
		w, err := ledger.ParseWitness(strings.TrimSpace(key))
		if err != nil {
			return nil, err
		}
		c.Peers = append(c.Peers, witness.Peer{URL: url, Key: w})
	}
	if c.Quorum < 0 || c.Quorum > len(c.Peers) {
		return nil, sallyport.Errorf(sallyport.Invalid, "quorum of %d among %d witnesses", c.Quorum, len(c.Peers))
	}
	if len(c.Peers) == 0 {
		return func() {}, nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Run(ctx, witnessEvery)
	}()
	return func() {
		cancel()
		<-done
		// What was written since the last offer, the orderly stop included, is offered once more; a witness that does not answer must not
		// keep the server from stopping.
		last, end := context.WithTimeout(context.Background(), 3*time.Second)
		defer end()
		if _, err := c.Offer(last); err != nil {
			logger.Warn("the last checkpoint has no quorum of witnesses", "err", err)
		}
	}, nil
}
