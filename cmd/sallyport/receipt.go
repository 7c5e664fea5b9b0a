package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"sallyport"
	"sallyport/ledger"
	"sallyport/web/client"
)

func init() { register(newReceiptsCommand) }

const receiptLong = `Check a receipt that you kept, by itself: that the log's key signed for its entry.

A receipt proves that a session, up to its last entry, was in the log whose key
signed it. From then on the log cannot lose or change it without contradicting
you. To hold it against evidence, give it to the verifier:

  sallyport-verify --key log.vkey --kept s.receipt evidence.zip

Example:
  sallyport receipt check s.receipt --key log.vkey --witness witness.vkey

EXIT STATUS
  0   the receipt holds
  1   it does not, or a witness that you named did not cosign
  64  the command line could not be understood
  66  there is no receipt`

func newReceiptsCommand() *cobra.Command {
	r := &remote{}
	var out string
	get := verb("get [SESSION]", "Fetch the receipt of a session that is over; without SESSION, of the last of which you were engineer or escort. Who took part or may watch it, such as an auditor, can name any",
		"sallyport receipt get S-4qk2 --out S-4qk2.receipt", func(cmd *cobra.Command, args []string) error {
			return r.do(cmd, func(ctx context.Context, c *client.Client) error {
				session := sallyport.SessionID("last")
				if len(args) > 0 {
					session = sallyport.SessionID(args[0])
				}
				b, err := c.Receipt(ctx, session)
				if err != nil {
					return err
				}
				if _, err := ledger.ParseReceipt(b); err != nil {
					return err
				}
				if out == "" {
					_, err = cmd.OutOrStdout().Write(b)
					return err
				}
				return os.WriteFile(out, b, 0o600)
			})
		})
	get.Flags().StringVar(&out, "out", "", "file to write; none is standard output")
	var key string
	var witnesses []string
	check := &cobra.Command{Use: "check FILE", Short: "Check a receipt that you kept, by itself", Long: receiptLong,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || key == "" {
				return usage("want: receipt check FILE --key KEY")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			said, err := checkReceipt(args[0], key, witnesses)
			if err == nil {
				fmt.Fprint(cmd.OutOrStdout(), said)
			}
			return err
		}}
	check.Flags().StringVar(&key, "key", "", "the log's public key, or a file with it, as you got it when the log began (required)")
	check.Flags().StringArrayVar(&witnesses, "witness", nil, "public key of a witness that must have cosigned, or a file with it; may be repeated")
	return noun("receipt", "Fetch and check receipts of sessions: proof that they are in the log, kept by their parties", "  sallyport receipt get --out last.receipt", r, get, check)
}

// checkReceipt verifies a receipt and says what it proves.
func checkReceipt(file, key string, witnesses []string) (string, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return "", &exitError{Code: 66, Err: sallyport.Errorf(sallyport.NotFound, "receipt: %w", err)}
	}
	r, err := ledger.ParseReceipt(b)
	if err != nil {
		return "", &exitError{Code: 66, Err: err}
	}
	text, err := textOr(key)
	if err != nil {
		return "", err
	}
	log, err := note.NewVerifier(text)
	if err != nil {
		return "", usage("log key %q: %v", text, err)
	}
	var known []note.Verifier
	for _, w := range witnesses {
		text, err := textOr(w)
		if err != nil {
			return "", err
		}
		v, err := ledger.ParseWitness(text)
		if err != nil {
			return "", usage("witness key %q: %v", text, err)
		}
		known = append(known, v)
	}
	head, err := r.Verify(log, known...)
	if err != nil {
		return "", err
	}
	_, n, err := ledger.OpenCheckpoint(r.Checkpoint, log, known...)
	if err != nil {
		return "", err
	}
	if len(n.Sigs) < 1+len(known) {
		return "", sallyport.Errorf(sallyport.Invalid, "%d of %d witnesses cosigned the checkpoint of this receipt", len(n.Sigs)-1, len(known)).
			WithHint("ask for the receipt again once they have, and find out why they had not")
	}
	e, _, err := sallyport.DecodeEntry(r.Entry)
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("The receipt holds. Entry %d of log %s, %q", r.Index, inert(head.Origin), e.Kind)
	if e.Session != "" {
		said += fmt.Sprintf(" of session %s (entry %d of its chain)", e.Session, e.Seq)
	}
	said += fmt.Sprintf(", at %s, is among the first %d entries, whose root the log's key signed", e.Time.Format(time.RFC3339), head.Size)
	if len(known) > 0 {
		said += fmt.Sprintf(", and %d witnesses with it", len(known))
	}
	return said + ".\n", nil
}

// textOr gives the content of the file that s names, or s itself where there is no such file.
func textOr(s string) (string, error) {
	b, err := os.ReadFile(s)
	if errors.Is(err, fs.ErrNotExist) || err != nil && strings.Contains(s, "+") {
		return s, nil
	}
	return strings.TrimSpace(string(b)), err
}
