package main

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/web/client"
)

func init() { register(newTargetCommand) }

func newTargetCommand() *cobra.Command {
	r := &remote{}
	var t sallyport.TargetSet
	var system, keyFile string
	flags := func(cmd *cobra.Command) *cobra.Command {
		f := cmd.Flags()
		f.StringVar(&system, "system", "", "system that it is part of")
		f.StringVar(&t.Address, "address", "", "host:port of its SSH server")
		f.StringVar(&keyFile, "host-key", "", "file with its host key: a line of /etc/ssh/ssh_host_ed25519_key.pub, brought here by a way you trust")
		f.StringSliceVar(&t.Logins, "login", nil, "account that actions may use, the default first; may be repeated")
		f.StringVar(&t.Interpreter, "interpreter", "/bin/sh", "what runs the text: /bin/sh or /bin/bash")
		f.StringSliceVar(&t.Technologies, "technology", nil, "technology on it; may be repeated")
		f.BoolVar(&t.Retired, "retired", false, "it is out of use")
		return cmd
	}
	prepare := func() (err error) {
		t.System = sallyport.SystemID(system)
		if keyFile != "" {
			t.HostKey, err = readHostKey(keyFile)
		}
		return err
	}
	add := flags(verb("add TARGET", "Add a target inside a system", "sallyport target add web-01 --system shop --address 10.0.0.5:22 --host-key web-01.pub --login deploy", func(cmd *cobra.Command, args []string) error {
		if err := prepare(); err != nil {
			return err
		}
		t.Target = sallyport.TargetID(args[0])
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			all, err := c.Targets(ctx)
			if err != nil {
				return err
			}
			for _, old := range all {
				if old.Target == t.Target {
					return sallyport.Errorf(sallyport.Conflict, "target %q is there already", args[0]).WithHint("sallyport target change %s", args[0])
				}
			}
			return c.SetTarget(ctx, t)
		})
	}))
	required(add, "system", "address", "host-key", "login")
	change := flags(verb("change TARGET", "Change what the given flags name, and nothing else", "sallyport target change web-01 --address 10.0.0.6:22", func(cmd *cobra.Command, args []string) error {
		if err := prepare(); err != nil {
			return err
		}
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			all, err := c.Targets(ctx)
			if err != nil {
				return err
			}
			for _, old := range all {
				if string(old.Target) == args[0] {
					return c.SetTarget(ctx, mergeTarget(cmd, old, t))
				}
			}
			return sallyport.Errorf(sallyport.NotFound, "no target %q", args[0]).WithHint("sallyport target list")
		})
	}))
	list := r.jsonFlag(verb("list", "List targets", "sallyport target list", func(cmd *cobra.Command, _ []string) error {
		return r.do(cmd, func(ctx context.Context, c *client.Client) error {
			all, err := c.Targets(ctx)
			if err != nil {
				return err
			}
			rows := [][]string{{"TARGET", "SYSTEM", "ADDRESS", "LOGINS", "INTERPRETER", ""}}
			for _, v := range all {
				rows = append(rows, []string{string(v.Target), string(v.System), v.Address, strings.Join(v.Logins, ","), v.Interpreter, retired(v.Retired)})
			}
			return r.list(cmd, all, rows)
		})
	}))
	return noun("target", "Add, change, check and list targets", "  sallyport target add web-01 --system shop --address 10.0.0.5:22 --host-key web-01.pub --login deploy", r, add, change, newTargetCheckCommand(r), list)
}

func mergeTarget(cmd *cobra.Command, old, t sallyport.TargetSet) sallyport.TargetSet {
	given := cmd.Flags().Changed
	pick(given("system"), &old.System, t.System)
	pick(given("address"), &old.Address, t.Address)
	pick(given("host-key"), &old.HostKey, t.HostKey)
	pick(given("login"), &old.Logins, t.Logins)
	pick(given("interpreter"), &old.Interpreter, t.Interpreter)
	pick(given("technology"), &old.Technologies, t.Technologies)
	pick(given("retired"), &old.Retired, t.Retired)
	return old
}

// readHostKey reads a public key file and drops its comment.
func readHostKey(path string) (string, error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return "", sallyport.Errorf(sallyport.NotFound, "host key: %v", err)
	}
	fields := strings.Fields(string(body))
	if len(fields) < 2 || strings.Contains(string(body), "PRIVATE KEY") {
		return "", usage("%q holds no public host key", path)
	}
	return fields[0] + " " + fields[1], nil
}
