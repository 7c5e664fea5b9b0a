package target

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"sallyport"
)

func TestNothingRan(t *testing.T) {
	failed := Failf(sallyport.Unavailable, "hint", "cannot reach: %w", context.DeadlineExceeded)
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{failed, true},
		{fmt.Errorf("run: %w", failed), true},
		{Interruptf("lost"), false},
		{errors.New("anything else"), false},
		{nil, false},
	} {
		if got := NothingRan(tt.err); got != tt.want {
			t.Errorf("%v: got %t", tt.err, got)
		}
	}
	if sallyport.Hint(failed) != "hint" || sallyport.CodeOf(failed) != sallyport.Unavailable || !errors.Is(failed, context.DeadlineExceeded) {
		t.Errorf("got %q, %q", sallyport.Hint(failed), sallyport.CodeOf(failed))
	}
}

func TestStopReason(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	if got := StopReason(ctx); got != "" {
		t.Errorf("running: %q", got)
	}
	cancel(Stop{"revoked"})
	late, end := context.WithTimeout(context.Background(), time.Nanosecond)
	defer end()
	<-late.Done()
	plain, stop := context.WithCancel(context.Background())
	stop()
	for want, ctx := range map[string]context.Context{"revoked": ctx, "timeout": late, "cancelled": plain} {
		if got := StopReason(ctx); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestFit(t *testing.T) {
	for _, tt := range []struct {
		levels []Level
		want   bool
	}{{nil, false}, {[]Level{OK, Note, Warn}, true}, {[]Level{OK, Fail}, false}} {
		var f []Finding
		for _, l := range tt.levels {
			f = append(f, Finding{Level: l})
		}
		if Fit(f) != tt.want {
			t.Errorf("%v: got %t", tt.levels, Fit(f))
		}
	}
}
