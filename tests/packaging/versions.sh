# The version and the day of the release stand in configure.ac. debian/changelog has to repeat them,
# as dpkg reads nothing else: this test keeps the two together.

configured() {
    sed -n "s/^$1.*\[\([^]]*\)\].*/\1/p" "$TEST_SOURCE_DIRECTORY/configure.ac"
}

changelog=$TEST_SOURCE_DIRECTORY/debian/changelog
version=$(configured 'AC_INIT(\[monitoring-plugins-ephemeral\], ')
day=$(configured 'AC_SUBST(\[RELEASE_DATE\], ')
packaged_version=$(sed -n '1s/^monitoring-plugins-ephemeral (\(.*\)-[^-]*).*/\1/p' "$changelog")
packaged_day=$(LC_ALL=C date -d "$(sed -n 's/^ -- .*>  //p' "$changelog" | head -n 1)" +%F)

if [ -z "$version" ] || [ "$version" != "$packaged_version" ]; then
    echo "FAILED: the version is '$version' in configure.ac, '$packaged_version' in debian/changelog"
    exit 1
fi
if [ -z "$day" ] || [ "$day" != "$packaged_day" ]; then
    echo "FAILED: the day is '$day' in configure.ac, '$packaged_day' in debian/changelog"
    exit 1
fi
