// Package foreign says what programs in other languages than shell would do, as far as literal calls in them tell: python, perl,
// ruby, php, awk, lua, node and SQL one-liners and here-documents. It is no interpreter of any of them: it finds calls that run, read, write, delete, listen or
// connect, with literal arguments where they are literal. What it does not recognise it names as not understood.
package foreign

import (
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// Evaluate says what a program would do. lang is a Lang of command.Run; args are its arguments after its own name.
func Evaluate(lang string, program value.Str, args []value.Str, ctx command.Context) command.Result {
	return command.Result{
		Unknown: []string{"code in " + lang + " is not understood"},
		Stdout:  value.Unknown("output", "code in "+lang+" is not understood"),
	}
}
