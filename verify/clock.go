package verify

import (
	"fmt"
	"time"

	"sallyport"
)

// late is how much later than promised a heartbeat may come before it is a gap.
const late = 10 * time.Second

// clock looks at the times of entries and at heartbeats.
type clock struct {
	*run
	first, last time.Time
	beat        sallyport.Heartbeat
	beatAt      time.Time
	silent      time.Duration
}

func (c *clock) entry(index int64, e sallyport.Entry, body sallyport.Body, _ []byte) {
	c.clock.Checked++
	if c.clock.Checked == 1 {
		c.first = e.Time
	} else if e.Time.Before(c.last) {
		c.clock.found(Wrong, index, "its time %s is before the entry before it, %s", when(e.Time), when(c.last))
	}
	c.last = e.Time
	if opened, ok := body.(*sallyport.LogOpened); ok && (opened.Origin != c.report.Origin || opened.Key != c.key) {
		c.form.found(Wrong, index, "the log was opened as %q with key %q, its checkpoint is of %q with key %q", opened.Origin, opened.Key, c.report.Origin, c.key)
	}
	b, ok := body.(*sallyport.Heartbeat)
	if !ok {
		return
	}
	if c.beats.Checked++; c.beats.Checked > 1 && !c.beat.Stopped {
		switch gap := e.Time.Sub(c.beatAt); {
		case b.Started:
			c.silent += gap
			c.beats.found(Noted, index, "the server started again after it ended without a word some time after %s, up to %s before", when(c.beatAt), gap.Round(time.Second))
		case gap > c.beat.Every+late:
			c.silent += gap
			c.beats.found(Noted, index, "no sign of life for %s since %s; one was promised every %s", gap.Round(time.Second), when(c.beatAt), c.beat.Every)
		}
	}
	c.beat, c.beatAt = *b, e.Time
}

func (c *clock) end() {
	c.report.From, c.report.To = when(c.first), when(c.last)
	c.clock.Says = fmt.Sprintf("the times of %d entries never go back", c.clock.Checked)
	if c.clock.Result == Wrong {
		c.clock.Says = "times go back"
	}
	c.beats.Says = fmt.Sprintf("%d heartbeats, %s without a sign of life", c.beats.Checked, c.silent.Round(time.Second))
	if c.beats.Checked > 0 && !c.beat.Stopped {
		if gap := c.last.Sub(c.beatAt); gap > c.beat.Every+late {
			c.beats.found(Noted, -1, "the last heartbeat is %s older than the last entry", gap.Round(time.Second))
		}
		c.beats.Says += "; the server was running when this was taken, or ended without a word"
	}
}
