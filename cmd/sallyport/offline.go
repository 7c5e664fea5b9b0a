package main

import (
	"context"
	"errors"
	"time"

	"sallyport"
	"sallyport/ledger"
	"sallyport/recording"
	"sallyport/rules"
	"sallyport/store"
	"sallyport/store/blob"
	"sallyport/workflow"
)

// offline is a state folder opened for writing without a server: the tools of an operator on the machine itself. What they do is
// an entry too, by a person whom the rules let do it.
type offline struct {
	db      *store.DB
	guard   *ledger.FileGuard
	log     *ledger.Log
	state   *workflow.State
	rules   *rules.Checker
	keyring *recording.Keyring
	vkey    string
}

func openOffline(ctx context.Context, dir string) (*offline, error) {
	k := keysOf(dir)
	signer, verifier, vkey, err := k.log()
	if err != nil {
		return nil, err
	}
	keyring, err := k.recording()
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return nil, err
	}
	guard, err := guardPath(dir)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	o := &offline{db: db, guard: ledger.NewFileGuard(guard), state: workflow.New(), rules: rules.New(), keyring: keyring, vkey: vkey}
	if o.log, err = ledger.Open(ctx, db, signer, verifier, o.guard, ledger.Options{}); err == nil {
		err = o.fold(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, o.close(ctx))
	}
	return o, nil
}

// fold reads every entry into the state.
func (o *offline) fold(ctx context.Context) error {
	return o.log.Each(ctx, 0, func(index int64, raw []byte) error {
		e, body, err := sallyport.DecodeEntry(raw)
		if err == nil {
			err = o.state.Apply(e, body, raw)
		}
		if err != nil {
			return sallyport.Errorf(sallyport.Invalid, "entry %d cannot follow: %w", index, err).WithHint("run sallyport verify on this state")
		}
		return nil
	})
}

// append makes, judges and appends an entry that belongs to no session.
func (o *offline) append(ctx context.Context, by sallyport.PersonID, body sallyport.Body) error {
	e := sallyport.Entry{Version: sallyport.EntryVersion, Kind: body.Kind(), Time: time.Now().UTC(), By: by}
	if e.Time.Before(o.state.Now) {
		e.Time = o.state.Now
	}
	var err error
	if e.Body, err = sallyport.EncodeJSON(body); err != nil {
		return err
	}
	if err := o.may(ctx, e, body); err != nil {
		return err
	}
	raw, err := e.Encode()
	if err != nil {
		return err
	}
	if err := o.state.Apply(e, body, raw); err != nil {
		return err
	}
	ticket, _, err := o.log.Enqueue(raw)
	if err != nil {
		return err
	}
	return ticket.Wait(ctx)
}

// may asks the rules whether an entry could be appended now.
func (o *offline) may(ctx context.Context, e sallyport.Entry, body sallyport.Body) error {
	if err := o.rules.Check(o.state, e, body, blob.Disclosed{Context: ctx, Blobs: o.db.Blobs()}); err != nil {
		return &sallyport.Error{Code: sallyport.Forbidden, Message: err.Error(), Hint: "--as names the person who does this", Err: err}
	}
	return nil
}

// close writes the tiles and gives the folder free.
func (o *offline) close(ctx context.Context) error {
	var errs []error
	if o.log != nil {
		errs = append(errs, o.log.Close())
		if tiler, err := ledger.StartTiles(ctx, o.log, o.db.TilesDir(), 0); err != nil {
			errs = append(errs, err)
		} else {
			errs = append(errs, tiler.Close())
		}
	}
	return errors.Join(append(errs, o.guard.Close(), o.db.Close())...)
}
