# What check_ephemeral_timewait is made of, and its tests.
libexec_PROGRAMS += plugins/check_ephemeral_timewait
libephemeral_a_SOURCES += \
	plugins/timewait_cures.cc plugins/timewait_cures.h \
	plugins/timewait_description.cc plugins/timewait_description.h \
	plugins/timewait_situation.cc plugins/timewait_situation.h
tests_unit_tests_SOURCES += \
	tests/unit/makers.cc \
	tests/unit/timewait_cures.cc \
	tests/unit/timewait_report.cc
tests_live_tests_SOURCES += tests/live/check_ephemeral_timewait.cc
