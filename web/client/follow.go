package client

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"sallyport"
	"sallyport/web/wire"
)

// maxStep bounds one step of an action, in bytes of its event: a piece of output in base64 and some room.
const maxStep = 16 << 20

// Follow calls each for every step of an action from its beginning, released output included, until the step that is Done. An error
// without that step means that the outcome is not known here: ask again.
func (c *Client) Follow(ctx context.Context, a sallyport.ActionID, each func(wire.Step) error) error {
	req, err := c.request(ctx, "GET", api+"actions/"+seg(a)+"/follow", nil)
	if err != nil {
		return err
	}
	long := http.Client{Transport: c.http.Transport, CheckRedirect: c.http.CheckRedirect} // a decision takes as long as it takes
	res, err := long.Do(req)
	if err != nil {
		return c.unreachable(err)
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		answer, err := io.ReadAll(io.LimitReader(res.Body, wire.MaxBody))
		if err != nil {
			return c.unreachable(err)
		}
		return failure(res, answer)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(make([]byte, 0, 64<<10), maxStep)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ") // server-sent events; comments and empty lines say that it lives
		if !ok {
			continue
		}
		var step wire.Step
		if err := json.Unmarshal([]byte(data), &step); err != nil {
			return sallyport.Errorf(sallyport.Unavailable, "the server's answer is not what this program expects: %w", err).WithHint("compare sallyport version on both sides")
		}
		if err := each(step); err != nil || step.Done {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return c.unreachable(err)
	}
	return sallyport.Errorf(sallyport.Unavailable, "the server stopped telling about action %q before it was over", a).WithHint("what was decided stands; ask again: sallyport follow %s", a)
}
