package ssh

import (
	"context"
	"sync"
	"time"

	"sallyport"
)

// A prepared connection counts against the target's MaxStartups and LoginGraceTime (120 s by default), so it is dropped in time
// and there is at most one per target and login.
const preparedFor = 90 * time.Second

// maxPrepared bounds all prepared connections together.
const maxPrepared = 64

// waiting holds connections that wait before authentication. mu owns byName.
type waiting struct {
	mu     sync.Mutex
	byName map[string]*opening // nil value: being opened
}

func prepareKey(t sallyport.TargetSet, login string) string {
	return login + "\x00" + string(t.Target) + "\x00" + t.Address + "\x00" + t.HostKey
}

// Prepare opens a connection to the target for login, which waits before authentication. It returns at once.
func (r *Runner) Prepare(t sallyport.TargetSet, login string) {
	key, w := prepareKey(t, login), &r.prepared
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, there := w.byName[key]; there || len(w.byName) >= maxPrepared {
		return
	}
	if w.byName == nil {
		w.byName = map[string]*opening{}
	}
	w.byName[key] = nil
	go func() {
		o, err := r.open(context.Background(), t, login)
		w.mu.Lock()
		defer w.mu.Unlock()
		if err != nil {
			delete(w.byName, key)
			return
		}
		w.byName[key] = o
		time.AfterFunc(preparedFor, func() { r.expire(key, o) })
		go func() { // the target may hang up first
			<-o.done
			r.expire(key, o)
		}()
	}()
}

// expire drops o if nobody has taken it.
func (r *Runner) expire(key string, o *opening) {
	r.prepared.mu.Lock()
	defer r.prepared.mu.Unlock()
	if r.prepared.byName[key] == o {
		delete(r.prepared.byName, key)
		o.close()
	}
}

// take gives the prepared connection to the target, or nil.
func (r *Runner) take(t sallyport.TargetSet, login string) *opening {
	key := prepareKey(t, login)
	r.prepared.mu.Lock()
	defer r.prepared.mu.Unlock()
	o := r.prepared.byName[key]
	if o != nil {
		delete(r.prepared.byName, key)
	}
	return o
}
