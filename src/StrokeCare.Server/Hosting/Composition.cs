using Microsoft.Extensions.Options;
using StrokeCare.Accounts;
using StrokeCare.Analytics;
using StrokeCare.Appointments;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Consistency;
using StrokeCare.Demo;
using StrokeCare.History;
using StrokeCare.Patients;
using StrokeCare.Server.Accounts;
using StrokeCare.Server.Api;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Hosting;

/// <summary>The composition, as a list to read aloud. Everything lives as long as the process: operations keep no state; what goes on beside requests is at a desk.</summary>
internal static class Composition
{
    public static IServiceCollection AddStrokeCare(this IServiceCollection services, Stores stores, InstanceOptions instance) => services
        .AddStores(stores)
        .AddKeys(instance)
        .AddSingleton<ClinicalIds>()
        .AddSingleton<AuditTrail>()
        .AddSingleton<Relay>()
        .AddSingleton<LogTail>()
        .AddSingleton<Checkpointer>()
        .AddSingleton<StoreHealth>()
        // Accounts
        .AddSingleton<PasswordDesk>()
        .AddSingleton<NewAccounts>()
        .AddSingleton<CreateUserHandler>()
        .AddSingleton<RegisterAccountHandler>()
        .AddSingleton<SignInHandler>()
        .AddSingleton<RefreshSessionHandler>()
        .AddSingleton<ListSessionsHandler>()
        .AddSingleton<RevokeSessionHandler>()
        .AddSingleton<ChangePasswordHandler>()
        .AddSingleton<ResetPasswordHandler>()
        .AddSingleton<ListUsersHandler>()
        .AddSingleton<ListDoctorsHandler>()
        .AddSingleton<UpdateUserHandler>()
        .AddSingleton<SetInitialPasswordHandler>()
        .AddSingleton<LinkPatientHandler>()
        .AddSingleton<ResolveActorHandler>()
        .AddSingleton<ContinueSessionHandler>()
        .AddPatients()
        // Analytics
        .AddSingleton<AnalyticsCache>()
        .AddSingleton<GetRiskDistributionHandler>()
        .AddSingleton<GetDemographicsHandler>()
        .AddSingleton<GetOverviewHandler>()
        .AddSingleton<GetClinicStatsHandler>()
        // History
        .AddSingleton<ListHistoryHandler>()
        .AddSingleton<GetHistoryEntryHandler>()
        .AddSingleton<SearchHistoryHandler>()
        .AddSingleton<AddHistoryEntryHandler>()
        .AddSingleton<AmendHistoryEntryHandler>()
        // Demo
        .AddSingleton<FillDemoPeopleHandler>()
        .AddSingleton<FillDemoRecordsHandler>()
        .AddSingleton<FillDemoCalendarHandler>()
        .AddAppointments()
        // Consistency
        .AddSingleton<SealedIntents>()
        .AddSingleton<RecoverIntents>()
        .AddSingleton<ReferenceChecks>()
        .AddSingleton<CheckConsistencyHandler>()
        .AddSingleton<RepairConsistencyHandler>()
        // Audit
        .AddSingleton<QueryLogHandler>()
        .AddSingleton<ExportLogHandler>()
        .AddSingleton<GetUserActivityHandler>()
        .AddSingleton<GetLogStatsHandler>()
        .AddSingleton<VerifyLogHandler>()
        .AddSingleton<VerifyLogOnRequestHandler>();

    /// <summary>What only the HTTP side needs.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services, InstanceOptions instance, ListenOptions listen, MailOptions mail)
    {
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        services.AddWebEncoders();
        services.AddAuthenticationCore(schemes =>
        {
            schemes.DefaultScheme = TokenAuthentication.Scheme;
            schemes.AddScheme<TokenAuthentication>(TokenAuthentication.Scheme, null);
        });
        services.AddAuthorization();
        services.AddOpenApi("v1", OpenApiDocument.Configure);
        return services
            .AddSingleton<SignedInUsers>()
            .AddSingleton<GuessLimits>()
            .AddSingleton<SignInDesk>()
            .AddSingleton<OpenDoor>()
            .AddSingleton<FirstAdmin>()
            .AddMail(mail)
            .AddSingleton(_ => new Cursors(SigningKeys.OpenSecret(instance.Keys, "cursor")))
            .AddSingleton(s => new IdempotencyKeys(
                SigningKeys.OpenSecret(instance.Keys, "idempotency"), s.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>()))
            .AddSingleton<Registrations>()
            .AddSingleton<SelfRegistrations>()
            .AddSingleton<UserAdministration>()
            .AddSingleton<PatientRegistration>()
            .AddSingleton<PatientLists>()
            .AddSingleton<HistoryDesk>()
            .AddSingleton<AppointmentDesk>()
            .AddSingleton<WorkingHoursDesk>()
            .AddSingleton<DoctorList>()
            .AddSingleton<SecurityLogList>()
            .AddSingleton(listen)
            .AddHostedService<FeedService>()
            .AddHostedService<MongoService>()
            .AddHostedService<MailService>()
            .AddHostedService<ImportService>()
            .AddHostedService<RecoveryService>()
            .AddHostedService<PurgeService>()
            .AddHostedService<Farewell>();
    }

    private static IServiceCollection AddPatients(this IServiceCollection services) => services
        .AddSingleton<RegisterPatientHandler>()
        .AddSingleton<UpdatePatientHandler>()
        .AddSingleton<ArchivePatientHandler>()
        .AddSingleton<RestorePatientHandler>()
        .AddSingleton<FindOwnRecordHandler>()
        .AddSingleton<GetPatientHandler>()
        .AddSingleton<GetPatientRiskHandler>()
        .AddSingleton<GetAccessLogHandler>()
        .AddSingleton<ExportPatientHandler>()
        .AddSingleton<ListPatientsHandler>()
        .AddSingleton<SearchPatientsHandler>()
        .AddSingleton<ListRecentPatientsHandler>()
        .AddSingleton<FindDuplicatesHandler>()
        .AddSingleton<ImportPatientsHandler>()
        .AddSingleton<ImportDesk>()
        .AddSingleton<StartImportHandler>()
        .AddSingleton<WatchImportHandler>()
        .AddSingleton<CancelImportHandler>()
        .AddSingleton<SelfRegisterHandler>()
        .AddSingleton<SelfRegistrationSaga>()
        .AddSingleton<ReassignPatientsHandler>();

    private static IServiceCollection AddAppointments(this IServiceCollection services) => services
        .AddSingleton<ClinicCalendar>()
        .AddSingleton<AppointmentAccess>()
        .AddSingleton<BookAppointmentHandler>()
        .AddSingleton<GetAppointmentHandler>()
        .AddSingleton<ListAppointmentsHandler>()
        .AddSingleton<GetWorkListHandler>()
        .AddSingleton<GetCalendarHandler>()
        .AddSingleton<GetVisitHandler>()
        .AddSingleton<RescheduleAppointmentHandler>()
        .AddSingleton<CancelAppointmentHandler>()
        .AddSingleton<ChangeAppointmentStatusHandler>()
        .AddSingleton<GetSlotsHandler>()
        .AddSingleton<GetWorkingHoursHandler>()
        .AddSingleton<SetWorkingHoursHandler>()
        .AddSingleton<SetDaysOffHandler>()
        .AddSingleton<CancelAppointmentsOfPatient>()
        .AddSingleton<HandOverAppointments>();

    private static IServiceCollection AddMail(this IServiceCollection services, MailOptions mail) => services
        .AddSingleton(new PublicAddress(mail.PublicUrl))
        .AddSingleton<IMailGateway>(s => mail.Server is { } server
            ? new SmtpMailGateway(server, mail.Sender, s.GetRequiredService<TimeProvider>())
            : new FolderMailGateway(mail.Folder, mail.Sender, s.GetRequiredService<TimeProvider>()))
        .AddSingleton<ResetMails>()
        .AddSingleton<ForgotPasswordHandler>();

    private static IServiceCollection AddStores(this IServiceCollection services, Stores stores) => services
        .AddSingleton(stores)
        .AddSingleton(stores.Changed)
        .AddSingleton(stores.Users)
        .AddSingleton(stores.Sessions)
        .AddSingleton(stores.Intents)
        .AddSingleton(stores.Log)
        .AddSingleton(stores.Keys)
        .AddSingleton(stores.Patients)
        .AddSingleton(stores.Analytics)
        .AddSingleton(stores.History)
        .AddSingleton(stores.Appointments)
        .AddSingleton(stores.DoctorHours)
        .AddSingleton(stores.Clock)
        .AddSingleton(stores.Sources)
        .AddSingleton(stores.Consistency);

    private static IServiceCollection AddKeys(this IServiceCollection services, InstanceOptions instance) => services
        .AddSingleton(new CheckpointFile(instance.Checkpoints))
        .AddSingleton(_ => new IntentSeal(SigningKeys.OpenSecret(instance.Keys, "intent")))
        .AddSingleton(s => new Tokens(SigningKeys.Open(instance.Keys, "jwt", s.GetRequiredService<TimeProvider>()), s.GetRequiredService<TimeProvider>()))
        .AddSingleton(s => SigningKeys.Open(instance.Keys, "checkpoint", s.GetRequiredService<TimeProvider>()));
}
