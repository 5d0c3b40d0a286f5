# What check_ephemeral_range is made of, and its tests.
libexec_PROGRAMS += plugins/check_ephemeral_range
libephemeral_a_SOURCES += \
	plugins/range_cures.cc plugins/range_cures.h \
	plugins/range_description.cc plugins/range_description.h \
	plugins/range_situation.cc plugins/range_situation.h
tests_unit_tests_SOURCES += \
	tests/unit/range_cures.cc \
	tests/unit/range_report.cc
tests_live_tests_SOURCES += tests/live/check_ephemeral_range.cc
