"""How LTI 1.3 and its services call things."""

TOOL = "ClassPulse"

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
SELECTION_CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim/"
MEMBERS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
GRADES_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"

VERSION = "1.3.0"
LINK_MESSAGE = "LtiResourceLinkRequest"
SELECTION_MESSAGE = "LtiDeepLinkingRequest"
SELECTION_ANSWER = "LtiDeepLinkingResponse"

MEMBERS_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
ITEM_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
SCOPES = (MEMBERS_SCOPE, ITEM_SCOPE, SCORE_SCOPE)

MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"

# Roles in the course. Those in the institution or the system say nothing of it, an administrator's least.
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
TEACHES = {
    "Instructor",
    f"{MEMBERSHIP}#Instructor",
    *(
        f"{MEMBERSHIP}/Instructor#{kind}"
        for kind in (
            *("PrimaryInstructor", "SecondaryInstructor", "Lecturer", "GuestInstructor"),
            *("ExternalInstructor", "TeachingAssistant"),
        )
    ),
}
LEARNS = {"Learner", "Student", f"{MEMBERSHIP}#Learner"}
LEARNS_AS = f"{MEMBERSHIP}/Learner#"
# Nobody: a teacher's view of what students see.
TEST_PERSON = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
