import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult,
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  LaunchTemplate,
} from '@aws-sdk/client-ec2';
import type { CallSite } from '../world';
import { ec2Failure, required } from './failures';
import type { Ec2Model } from './model';
import type { StoredTemplate } from './state';

/** Launch templates, as far as it matters here which AMIs their versions name. */
export function launchTemplateOperations(model: Ec2Model) {
  const own = (
    input: { LaunchTemplateId?: string; LaunchTemplateName?: string },
    at: CallSite,
  ): StoredTemplate => {
    const found = [...model.account(at).templates.values()].find(({ template }) =>
      input.LaunchTemplateId === undefined
        ? template.LaunchTemplateName === required(input.LaunchTemplateName, 'LaunchTemplateName')
        : template.LaunchTemplateId === input.LaunchTemplateId,
    );
    if (found !== undefined) return found;
    throw ec2Failure(
      'InvalidLaunchTemplateId.NotFound',
      `The specified launch template, with template ID ${input.LaunchTemplateId}, does not exist.`,
    );
  };
  const shown = ({ template, imageIds }: StoredTemplate): LaunchTemplate => ({
    ...template,
    LatestVersionNumber: imageIds.length,
  });

  return {
    CreateLaunchTemplate(input: CreateLaunchTemplateRequest, at: CallSite): CreateLaunchTemplateResult {
      const name = required(input.LaunchTemplateName, 'LaunchTemplateName');
      const store = model.account(at).templates;
      if ([...store.values()].some(({ template }) => template.LaunchTemplateName === name)) {
        throw ec2Failure(
          'InvalidLaunchTemplateName.AlreadyExistsException',
          'Launch template name already in use.',
        );
      }
      const stored: StoredTemplate = {
        template: {
          LaunchTemplateId: model.id('lt'),
          LaunchTemplateName: name,
          CreateTime: new Date(model.now),
          DefaultVersionNumber: 1,
        },
        imageIds: [input.LaunchTemplateData?.ImageId],
      };
      store.set(stored.template.LaunchTemplateId, stored);
      return { LaunchTemplate: shown(stored) };
    },

    CreateLaunchTemplateVersion(
      input: CreateLaunchTemplateVersionRequest,
      at: CallSite,
    ): CreateLaunchTemplateVersionResult {
      const stored = own(input, at);
      stored.imageIds.push(input.LaunchTemplateData?.ImageId);
      return {
        LaunchTemplateVersion: {
          LaunchTemplateId: stored.template.LaunchTemplateId,
          VersionNumber: stored.imageIds.length,
          LaunchTemplateData: { ImageId: input.LaunchTemplateData?.ImageId },
        },
      };
    },

    DeleteLaunchTemplate(input: DeleteLaunchTemplateRequest, at: CallSite): DeleteLaunchTemplateResult {
      const stored = own(input, at);
      model.account(at).templates.delete(stored.template.LaunchTemplateId);
      return { LaunchTemplate: shown(stored) };
    },
  };
}
