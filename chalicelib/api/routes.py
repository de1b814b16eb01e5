"""Every route of the API: its method, its path, who may call it, and the handler that answers.

A handler's module is imported when it is first called: a function that takes a lead never loads the console's code.
"""

from typing import NamedTuple

from chalicelib.domain.access import Role


class Route(NamedTuple):
    """`handler` is `module:function` in this package; `forms`, `json`, `multipart`: what bodies it takes."""

    method: str
    path: str
    role: Role
    handler: str
    forms: bool = False
    json: bool = True
    multipart: bool = False


ROUTES = (
    Route("POST", "/v1/leads", "public", "public:post_lead", forms=True),
    Route("POST", "/v1/visits", "public", "public:post_visit"),
    Route("GET", "/v1/share", "share", "share_page:show_page"),
    Route("PATCH", "/v1/share", "share", "share_page:patch_page"),
    Route("GET", "/v1/share/qr", "share", "share_qr:show_qr"),
    Route("POST", "/v1/share/links", "public", "share_links:post_link"),
    Route("POST", "/v1/share/referrals", "share", "share:post_introduction"),
    Route("GET", "/v1/unsubscribe/{token}", "public", "unsubscribe:show_unsubscribe"),
    Route(
        "POST",
        "/v1/unsubscribe/{token}",
        "public",
        "unsubscribe:post_unsubscribe",
        forms=True,
        json=False,
        multipart=True,
    ),
    Route("POST", "/v1/hooks/events", "signed", "hooks:post_event"),
    Route("POST", "/v1/hooks/stripe", "signed", "hooks:post_stripe"),
    Route("POST", "/v1/hooks/quickbooks", "signed", "hooks:post_quickbooks"),
    Route("POST", "/v1/hooks/jobber", "signed", "hooks:post_jobber"),
    Route("POST", "/v1/hooks/housecallpro", "signed", "hooks:post_housecallpro"),
    Route("POST", "/v1/hooks/tremendous", "signed", "hooks:post_tremendous"),
    Route("POST", "/v1/hooks/mapped/{name}", "signed", "hooks:post_mapped"),
    Route("POST", "/v1/hooks/twilio", "signed", "hooks_twilio:post_twilio", forms=True, json=False),
    Route("POST", "/v1/admin/sign-in", "public", "admin_session:post_sign_in"),
    Route("POST", "/v1/admin/session", "public", "admin_session:post_session"),
    Route("GET", "/v1/admin/session", "staff", "admin_session:show_session"),
    Route("DELETE", "/v1/admin/session", "staff", "admin_session:delete_session"),
    Route("GET", "/v1/admin/users", "owner", "admin_users:list_users"),
    Route("POST", "/v1/admin/users", "owner", "admin_users:post_user"),
    Route("PATCH", "/v1/admin/users/{user_id}", "owner", "admin_users:patch_user"),
    Route("GET", "/v1/admin/keys", "owner", "admin_users:list_keys"),
    Route("POST", "/v1/admin/keys", "owner", "admin_users:post_key"),
    Route("DELETE", "/v1/admin/keys/{kid}", "owner", "admin_users:delete_key"),
    Route("GET", "/v1/admin/participants", "staff", "admin_participants:list_participants"),
    Route("POST", "/v1/admin/participants", "staff", "admin_participants:create_participant"),
    Route("GET", "/v1/admin/participants/{code}", "staff", "admin_participants:show_participant"),
    Route("PATCH", "/v1/admin/participants/{code}", "staff", "admin_participants:patch_participant"),
    Route("POST", "/v1/admin/participants/{code}/invite", "staff", "admin_participants:post_invite"),
    Route("POST", "/v1/admin/participants/{code}/results-review", "staff", "admin_commitments:post_results_review"),
    Route("GET", "/v1/admin/results-reviews", "staff", "admin_commitments:list_results_reviews"),
    Route("GET", "/v1/admin/commitments", "staff", "admin_commitments:list_commitments"),
    Route("POST", "/v1/admin/commitments", "staff", "admin_commitments:create_commitment"),
    Route("GET", "/v1/admin/commitments/{commitment_id}", "staff", "admin_commitments:show_commitment"),
    Route("PATCH", "/v1/admin/commitments/{commitment_id}", "staff", "admin_commitments:patch_commitment"),
    Route("GET", "/v1/admin/commitments/{commitment_id}/letter", "staff", "admin_commitments:show_letter"),
    Route("GET", "/v1/admin/referrals", "staff", "admin_referrals:list_referrals"),
    Route("POST", "/v1/admin/referrals", "staff", "admin_referrals:create_referral"),
    Route("GET", "/v1/admin/referrals/{referral_id}", "staff", "admin_referrals:show_referral"),
    Route("PATCH", "/v1/admin/referrals/{referral_id}", "staff", "admin_referrals:patch_referral"),
    Route("DELETE", "/v1/admin/referrals/{referral_id}", "owner", "admin_referrals:delete_referral"),
    Route("GET", "/v1/admin/reviews", "staff", "admin_referrals:list_reviews"),
    Route("GET", "/v1/admin/mentions", "staff", "admin_mentions:list_mentions"),
    Route("GET", "/v1/admin/mentions/{referral_id}", "staff", "admin_mentions:show_mention"),
    Route("POST", "/v1/admin/mentions/{referral_id}", "staff", "admin_mentions:post_mention"),
    Route("GET", "/v1/admin/invoices", "staff", "admin_invoices:list_invoices"),
    Route("POST", "/v1/admin/invoices/{invoice_id}", "staff", "admin_invoices:post_invoice"),
    Route("GET", "/v1/admin/overview", "staff", "admin_program:show_overview"),
    Route("GET", "/v1/admin/numbers", "staff", "admin_program:show_numbers"),
    Route("GET", "/v1/admin/leaderboard", "staff", "admin_program:show_leaderboard"),
    Route("GET", "/v1/admin/rewards", "staff", "admin_program:list_rewards"),
    Route("GET", "/v1/admin/rewards/{reward_id}", "staff", "admin_program:show_reward"),
    Route("PATCH", "/v1/admin/rewards/{reward_id}", "staff", "admin_program:patch_reward"),
    Route("GET", "/v1/admin/discounts/{discount_code}", "staff", "admin_discounts:show_discount"),
    Route("POST", "/v1/admin/discounts/{discount_code}", "staff", "admin_discounts:post_discount"),
    Route("GET", "/v1/admin/rewards/{reward_id}/gift-card", "staff", "admin_gift_cards:show_gift_card"),
    Route("POST", "/v1/admin/rewards/{reward_id}/gift-card", "staff", "admin_gift_cards:post_gift_card"),
    Route("GET", "/v1/admin/messages", "staff", "admin_program:list_messages"),
    Route("GET", "/v1/admin/replies", "staff", "admin_replies:list_replies"),
    Route("GET", "/v1/admin/previews", "staff", "admin_words:list_previews"),
    Route("GET", "/v1/admin/webhooks", "staff", "admin_webhooks:list_webhooks"),
    Route("POST", "/v1/admin/webhooks/{webhook_id}", "owner", "admin_webhooks:post_webhook"),
    Route("GET", "/v1/admin/settings", "staff", "admin_program:show_settings"),
    Route("PUT", "/v1/admin/settings", "owner", "admin_program:put_settings"),
    Route("GET", "/v1/admin/exports/{file}", "staff", "admin_exports:show_export"),
    Route("POST", "/v1/admin/imports", "staff", "admin_imports:post_import"),
    Route("GET", "/v1/admin/audit", "owner", "admin_program:list_audit"),
)
