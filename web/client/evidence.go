package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"time"

	"sallyport"
	"sallyport/evidence"
	"sallyport/web/wire"
)

// Export writes a bundle to w as it arrives and gives its digest. An error means that what was written is a part of one, or nothing.
func (c *Client) Export(ctx context.Context, x wire.Export, w io.Writer) (sallyport.Digest, error) {
	req, err := c.request(ctx, "POST", api+"exports", x)
	if err != nil {
		return "", err
	}
	long := http.Client{Transport: c.http.Transport, CheckRedirect: c.http.CheckRedirect} // without the time limit of other calls
	res, err := long.Do(req)
	if err != nil {
		return "", c.unreachable(err)
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		answer, err := io.ReadAll(io.LimitReader(res.Body, wire.MaxBody))
		if err != nil {
			return "", c.unreachable(err)
		}
		return "", failure(res, answer)
	}
	digest := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, digest), res.Body)
	if err != nil {
		return "", sallyport.Errorf(sallyport.Unavailable, "the bundle broke off after %d bytes: %w", n, err).WithHint("the server's log says why; ask again")
	}
	got := hex.EncodeToString(digest.Sum(nil))
	if want, bytes := res.Trailer.Get(wire.TrailerDigest), res.Trailer.Get(wire.TrailerBytes); got != want || strconv.FormatInt(n, 10) != bytes {
		return "", sallyport.Errorf(sallyport.Invalid, "what arrived is %d bytes with digest %q, the server made %q bytes with %q", n, got, bytes, want)
	}
	return sallyport.Digest(got), nil
}

// Handover asks for the yearly hand-over.
func (c *Client) Handover(ctx context.Context, from, to time.Time) (evidence.Handover, error) {
	return post[evidence.Handover](ctx, c, "handovers", wire.Period{From: from, To: to})
}
