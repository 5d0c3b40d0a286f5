# What check_ephemeral_namespaces is made of, and its tests.
libexec_PROGRAMS += plugins/check_ephemeral_namespaces
libephemeral_a_SOURCES += \
	common/kernel/network_namespaces.cc common/kernel/network_namespaces.h \
	plugins/namespaces_description.cc plugins/namespaces_description.h \
	plugins/namespaces_situation.cc plugins/namespaces_situation.h \
	plugins/namespaces_walk.cc plugins/namespaces_walk.h
tests_unit_tests_SOURCES += \
	tests/unit/namespace_name.cc \
	tests/unit/namespaces_report.cc \
	tests/unit/network_namespaces.cc
tests_live_liblab_a_SOURCES += tests/live/inhabited.cc tests/live/inhabited.h
tests_live_tests_SOURCES += \
	tests/live/check_ephemeral_namespaces.cc \
	tests/live/namespace_privileges.cc
