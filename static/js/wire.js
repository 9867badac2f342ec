/** Every message of the two sockets: types only, mirroring classroom/wire/messages/, which says what each means.
 * tests/javascript/test_wire.py compares the two. Times are ISO 8601, lesson time.
 *
 * @typedef {"too_large" | "not_jpeg" | "too_fast" | "too_old" | "elsewhere" | "ended" | "paused" | "no_policy" | "without_cameras" | "quiet_hours" | "no_consent" | "no_guardian" | "bad_message" | "busy" | "no_pictures" | "no_measurements" | "bad_reading"} ErrorCode
 * @typedef {"self_report" | "pulse_answer" | "question" | "vote" | "clock" | "take_over" | "measured"} RequestType  what a student may ask for
 * @typedef {"no_individual_data" | "measured"} TileKind
 * @typedef {"no_camera" | "class_mood" | "own_results"} Choice
 * @typedef {"here" | "elsewhere" | "nobody"} Sender  which of the student's windows sends the camera's pictures
 *
 * @typedef {object} LessonInfo
 * @property {number} id
 * @property {string} title
 * @property {string} classroom
 * @property {string} started_at
 * @property {string} now
 * @property {boolean} open
 * @property {boolean} paused
 * @property {number} interval_ms
 * @property {number} capture_interval_ms
 * @property {number} speed  as asked for
 * @property {number} pace  as it is now
 * @property {string | null} paced_from
 * @property {string | null} paced_at
 * @property {boolean} is_simulation
 * @property {string} report_state
 * @property {string | null} break_ends_at
 */

/* --- to students --- */

/**
 * @typedef {object} CountedWith
 * @property {number} accounts
 * @property {number} known
 * @property {number} new
 *
 * @typedef {object} PulseAsked
 * @property {number} id
 * @property {number} closes_in_ms
 * @property {string | null} answer  what oneself said
 *
 * @typedef {object} QuestionInfo  without a name
 * @property {number} id
 * @property {string} text
 * @property {number} votes
 * @property {string} state
 *
 * @typedef {object} StudentState
 * @property {"state"} type
 * @property {LessonInfo} lesson
 * @property {Choice} choice
 * @property {boolean} camera  whether anything is read from one at all
 * @property {ErrorCode} [camera_refused]
 * @property {string[]} signals
 * @property {string[]} readers  where: "browser", "server" or both
 * @property {number} readings_a_message
 * @property {string | null} self_report
 * @property {string | null} pace
 * @property {PulseAsked | null} pulse
 * @property {QuestionInfo[]} questions
 * @property {QuestionInfo[]} own_questions
 * @property {number[]} voted
 * @property {CountedWith | null} counted_with
 * @property {boolean} asks_again
 * @property {Sender} [sender]
 *
 * @typedef {object} SenderChanged
 * @property {"sender"} type
 * @property {Sender} sender
 *
 * @typedef {object} CountedChanged
 * @property {"counted"} type
 * @property {CountedWith | null} counted_with
 *
 * @typedef {object} LessonChanged  also to teachers
 * @property {"lesson"} type
 * @property {number} [seq]
 * @property {LessonInfo} lesson
 *
 * @typedef {object} PulseOpened
 * @property {"pulse_opened"} type
 * @property {PulseAsked} pulse
 *
 * @typedef {object} QuestionsChanged  also to teachers
 * @property {"questions"} type
 * @property {number} [seq]
 * @property {QuestionInfo[]} questions
 *
 * @typedef {object} QuestionTaken
 * @property {"question_taken"} type
 * @property {QuestionInfo} question
 *
 * @typedef {object} SnapNow
 * @property {"snap_now"} type
 *
 * @typedef {object} Arrived
 * @property {"arrived"} type
 * @property {number} count
 *
 * @typedef {object} ExpressionInfo
 * @property {string | null} label  null where nothing is named
 * @property {"clearly" | "weakly" | "not_sure"} clarity
 *
 * @typedef {object} AttentionInfo
 * @property {number} yaw
 * @property {number} pitch
 * @property {number} eye_openness
 *
 * @typedef {object} OwnReading
 * @property {"reading"} type
 * @property {string} taken_at
 * @property {number} faces
 * @property {number[] | null} box  left, top, width, height as shares
 * @property {ExpressionInfo | null} expression
 * @property {AttentionInfo | null} attention
 * @property {string} level
 *
 * @typedef {object} ErrorMessage
 * @property {"error"} type
 * @property {ErrorCode} code
 * @property {string} detail
 * @property {RequestType} [about]  the request that was refused
 *
 * @typedef {object} Withdrawn
 * @property {"withdrawn"} type
 */

/* --- to teachers --- */

/**
 * @typedef {object} WordsInfo  the class in coarse words; null: not enough to say
 * @property {"most" | "half" | "few" | null} level
 * @property {("mostly" | "some" | "hardly")[] | null} expressions  in the order of `labels`
 *
 * @typedef {object} SharedInfo  exact figures of those who show their own results
 * @property {number} counted
 * @property {number} engaged
 * @property {number} drifting
 * @property {number} away
 * @property {number | null} engagement
 * @property {number | null} engagement_low
 * @property {number | null} engagement_high
 * @property {number[] | null} expression_shares  in the order of `labels`
 * @property {number | null} expression_spread
 *
 * @typedef {object} MoodInfo  one step of the ten-second grid
 * @property {string} at
 * @property {WordsInfo | null} words
 * @property {SharedInfo | null} shared
 *
 * @typedef {object} ClassView
 * @property {number} present
 * @property {number} left
 * @property {WordsInfo | null} words
 * @property {string | null} words_at
 * @property {SharedInfo | null} shared
 * @property {string | null} shared_at
 * @property {Record<string, number> | null} self_reports  null: too few are present, or somebody was removed
 * @property {"class" | "shared" | null} self_reports_of  of everybody here, or of those who show their results
 * @property {boolean} lacks_somebody  whose place was removed by somebody else
 * @property {MoodInfo | null} mood
 * @property {boolean} behind  the server is too busy to keep up
 * @property {string[]} signals  what the policy in force allows
 *
 * @typedef {object} TileInfo
 * @property {number} id
 * @property {string} name
 * @property {boolean} is_trial
 * @property {boolean} here  connected now
 * @property {TileKind} kind
 * @property {boolean} [seen]  a face is in the picture
 * @property {string} [level]
 * @property {ExpressionInfo | null} [expression]
 * @property {number} [coverage]
 * @property {string | null} [self_report]
 * @property {string | null} [pace]
 * @property {string | null} [answer]
 *
 * @typedef {object} MarkerInfo
 * @property {number} id
 * @property {string} at
 * @property {string} label
 *
 * @typedef {object} HintInfo
 * @property {number} id
 * @property {string} at
 * @property {string} kind
 * @property {number | null} participant
 * @property {string | null} name
 *
 * @typedef {object} PulseTold  how many answered what
 * @property {number} group_size  the smallest that was counted
 * @property {"class" | "shared"} of
 * @property {number} asked
 * @property {number} yes
 * @property {number} partly
 * @property {number} no
 *
 * @typedef {object} PulseInfo
 * @property {number} id
 * @property {string} at
 * @property {boolean} open
 * @property {boolean} by_lesson
 * @property {PulseTold | null} told  null: still open, or too few to count
 *
 * @typedef {object} TeacherState
 * @property {"state"} type
 * @property {number} seq
 * @property {LessonInfo} lesson
 * @property {string[]} labels
 * @property {ClassView} view
 * @property {MoodInfo[]} moods
 * @property {MarkerInfo[]} markers
 * @property {HintInfo[]} hints
 * @property {TileInfo[] | null} tiles
 * @property {PulseInfo | null} pulse
 * @property {QuestionInfo[]} questions
 *
 * @typedef {object} ViewChanged
 * @property {"view"} type
 * @property {number} [seq]
 * @property {string} now
 * @property {ClassView} view
 *
 * @typedef {object} TilesChanged  only those that changed
 * @property {"tiles"} type
 * @property {TileInfo[]} tiles
 *
 * @typedef {object} MarkersChanged
 * @property {"markers"} type
 * @property {number} [seq]
 * @property {MarkerInfo[]} markers
 *
 * @typedef {object} HintAdded
 * @property {"hint"} type
 * @property {number} [seq]
 * @property {HintInfo} hint
 *
 * @typedef {object} HintDismissed
 * @property {"hint_dismissed"} type
 * @property {number} [seq]
 * @property {number} id
 *
 * @typedef {object} PulseChanged
 * @property {"pulse"} type
 * @property {number} [seq]
 * @property {PulseInfo} pulse
 *
 * @typedef {ViewChanged | LessonChanged | MarkersChanged | HintAdded | HintDismissed | PulseChanged | QuestionsChanged} TeacherMessage
 * @typedef {TilesChanged | HintAdded} RevealingMessage
 * @typedef {LessonChanged | SnapNow | Arrived | SenderChanged | OwnReading | ErrorMessage | Withdrawn | StudentState | CountedChanged | PulseOpened | QuestionsChanged | QuestionTaken} StudentMessage
 */

/* --- from clients --- */

/**
 * @typedef {object} SelfReportRequest
 * @property {"self_report"} type
 * @property {"following" | "lost" | "need_a_break" | "too_fast" | "right_pace" | "too_slow"} kind
 *
 * @typedef {object} PulseAnswerRequest
 * @property {"pulse_answer"} type
 * @property {number} pulse
 * @property {"yes" | "partly" | "no"} answer
 *
 * @typedef {object} QuestionRequest
 * @property {"question"} type
 * @property {string} text
 *
 * @typedef {object} VoteRequest
 * @property {"vote"} type
 * @property {number} question
 * @property {boolean} on
 *
 * @typedef {object} MeasuredAttention
 * @property {number} yaw
 * @property {number} pitch
 * @property {number} roll
 * @property {number} eye_openness
 * @property {number} gaze_x
 * @property {number} gaze_y
 * @property {boolean} yawning
 *
 * @typedef {object} MeasuredPicture  read in this browser, `age_ms` before the message left
 * @property {number} age_ms
 * @property {number} faces
 * @property {MeasuredAttention | null} attention
 * @property {number[] | null} expression  in the order of the labels
 * @property {boolean | null} uncertain
 *
 * @typedef {object} MeasuredRequest  instead of pictures
 * @property {"measured"} type
 * @property {string} network
 * @property {number | null} sent_ms
 * @property {MeasuredPicture[]} readings
 *
 * @typedef {object} RevealRequest
 * @property {"reveal"} type
 * @property {boolean} on
 *
 * @typedef {object} RefreshRequest
 * @property {"refresh"} type
 *
 * @typedef {object} ClockRequest
 * @property {"clock"} type
 * @property {number} now  milliseconds
 *
 * @typedef {object} TakeOverRequest
 * @property {"take_over"} type
 *
 * @typedef {SelfReportRequest | PulseAnswerRequest | QuestionRequest | VoteRequest | ClockRequest | TakeOverRequest | MeasuredRequest} StudentRequest
 * @typedef {StudentRequest | RevealRequest | RefreshRequest} ClientRequest
 */

export {};
