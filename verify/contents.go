package verify

import (
	"fmt"
	"slices"
	"strings"

	"sallyport"
	"sallyport/evidence"
)

// contents compares every blob that an entry names with its digest.
type contents struct {
	*run
	seen     map[sallyport.Digest]bool
	bytes    int64
	withheld map[string]int64 // by reason
	absent   int64
}

func newContents(r *run) *contents {
	return &contents{run: r, seen: map[sallyport.Digest]bool{}, withheld: map[string]int64{}}
}

func (c *contents) entry(index int64, e sallyport.Entry, body sallyport.Body, _ []byte) {
	for _, ref := range evidence.Refs(body) {
		if c.seen[ref.Digest] {
			continue
		}
		c.seen[ref.Digest] = true
		content, err := c.src.Blob(c.ctx, ref.Digest)
		switch {
		case sallyport.CodeOf(err) == sallyport.NotFound:
			if reason := c.src.Withheld(ref.Digest); reason != "" {
				c.withheld[reason]++
				continue
			}
			c.absent++
			c.blobs.found(Unchecked, index, "%s of %s (%.12s) is not here, and nothing says why", ref.Field, e.Kind, ref.Digest)
		case err != nil:
			c.blobs.found(Wrong, index, "%s of %s: %v", ref.Field, e.Kind, err)
		case int64(len(content)) != ref.Size:
			c.blobs.found(Wrong, index, "%s of %s has %d bytes, the entry says %d", ref.Field, e.Kind, len(content), ref.Size)
		default:
			c.blobs.Checked++
			c.bytes += ref.Size
		}
	}
}

func (c *contents) end() {
	c.blobs.Says = fmt.Sprintf("%d texts, outputs, recordings and facts (%d bytes) are what the entries name", c.blobs.Checked, c.bytes)
	if c.blobs.Result == Wrong {
		c.blobs.Says = "contents were changed"
	}
	var parts []string
	for reason, n := range c.withheld {
		parts = append(parts, fmt.Sprintf("%d withheld: %s", n, reason))
	}
	slices.Sort(parts)
	if c.absent > 0 {
		parts = append(parts, fmt.Sprintf("%d absent without a reason", c.absent))
	}
	if len(parts) > 0 {
		c.blobs.Says += "; " + strings.Join(parts, "; ")
		if c.blobs.Result.rank() < Unchecked.rank() {
			c.blobs.Result = Unchecked
		}
	}
}
