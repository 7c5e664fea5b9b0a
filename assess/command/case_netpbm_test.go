package command

// Netpbm programs filter one picture; a few write other files, or run what they are told to.
func init() {
	cases = append(cases, []struct{ line, want string }{
		{"anytopnm -version", ""},
		{"pnmtopng -quiet -alpha /a/m.pgm -text=/a/t p.pnm", "read /a/m.pgm; read /a/t; read p.pnm"},
		{"pngtopam -text /a/t p.png", "write /a/t; read p.png"},
		{"tifftopnm -alphaout=/a/m p.tif", "write /a/m; read p.tif"},
		{"pamexec 'touch /a' p.pam -check", "read p.pam; run sh: touch /a"},
		{"pnmquantall 256 /a/p.pnm", "write /a/p.pnm"},
		{"pamdice -outstem /a/part -width 8 p.pam", "read p.pam; write /a/part_00_00"},
		{"pstopnm -dpi 300 /a/x.ps", "read /a/x.ps; write /a/x.ps001.ppm"},
		{"pstopnm -stdout /a/x.ps", "read /a/x.ps"},
		{"pamcomp -alpha m.pgm over.pam under.pam /a/out.pam", "read m.pgm; read over.pam; read under.pam; write /a/out.pam"},
		{"pnmcut 1 2 3 4 p.pnm", "read p.pnm"},
		{"pnmscale 0.5 p.pnm", "read p.pnm"},
		{"pnmscale -xysize 4 4 p.pnm", "read p.pnm"},
		{"ppmtoyuvsplit /a/b p.ppm", "read p.ppm; write /a/b.Y; write /a/b.U; write /a/b.V"},
		{"ppmtompeg p.param", "read p.param; unknown ppmtompeg: what its parameter file says (outputs, machines, commands that convert pictures) is not followed"},
		{"pnmtorle -outfile=/a/o p.pnm", "read p.pnm; write /a/o"},
	}...)
}
