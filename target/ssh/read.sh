# Reads regular files. Arguments: bytes of one file, bytes of all, the words. For each word it prints on standard output
# "file", then lines of hexadecimal after "path" and after "data", "size N", or "why" and a reason. Bytes of the target are never printed as they are.
each=$1 left=$2
shift 2
hex() { od -An -v -tx1; }
for w; do
echo file
case $w in
/*) f=$w ;;
"~/"*) f=$HOME/${w#"~/"} ;;
*) f=$PWD/$w ;;
esac
[ -e "$f" ] || { echo "why does not exist, or its folder may not be entered"; continue; }
c=$(readlink -f -- "$f" && echo x) || { echo "why its path could not be resolved"; continue; }
c=${c%?x}
echo path
printf %s "$c" | hex
[ -f "$c" ] || { echo "why not a regular file"; continue; }
[ -r "$c" ] || { echo "why may not be read by this login"; continue; }
n=$(wc -c <"$c") || { echo "why may not be read by this login"; continue; }
n=$((n))
[ "$n" -le "$each" ] || { echo "why has $n bytes, more than $each"; continue; }
[ "$n" -le "$left" ] || { echo "why has $n bytes, more than the $left left for all files"; continue; }
left=$((left - n))
echo data
head -c "$((n + 1))" -- "$c" | hex
echo "size $n"
done
